"""Mastering of files, block by block, so that memory does not grow with their length.

`signal` reads one file or the tracks of an album as one signal, as often as needed; `job` finds the
settings of its master in several passes and renders it in one more; `writer` rounds and stores it.
"""
