"""The pages, a module each: `page(asked) -> Answer`, from the store to the values of a template.

A page module imports no web framework. It gets an `Asked` (`crawler.web.asking`): a connection that
only reads, the parameters of the address, the time. It returns a `Page` (`crawler.web.answering`):
the name of a template, a title, the values that the template prints, and for a list its records in
the form of the command's `--json`. It raises `NotFound`, `Mistake` or lets a `QueryError` pass; the
application makes a page of each. Its line in `crawler.web.routes` gives its address.
"""
