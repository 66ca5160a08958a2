"""Feeds, listing pages and sitemaps become entries. Pure: bytes in, values out."""
