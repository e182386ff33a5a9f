"""The write path and everything a slice leans on: knows no domain.

Start reading at :mod:`zhike.core.changes` (how a write happens), :mod:`zhike.core.permissions`
(who may do what to which rows) and :mod:`zhike.core.plugs` (how slices hang themselves in).
"""
