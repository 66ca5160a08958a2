"""The records that flow: the glossary of the project in types."""
