"""Streaming imports: read a file, map its columns, check every row, apply it in resumable chunks.

Knows no domain. Layers, lowest first; those up to ``staging`` need no Django settings:

``cells`` and ``problems`` (what a cell and a fault are) → ``sniff`` and ``readers`` (a file becomes batches
of text columns) → ``fields`` (text becomes values) → ``mapping`` (columns become fields) → ``staging``
(the file as Parquet, complete groups side by side) → ``importer`` (what a slice hangs in) → ``runner``.
"""
