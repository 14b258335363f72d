"""How the bundled encoder is made: base, trim, export, measure, each from one folder to the next.

Never imported at run time; needs the extra `sentence-transformers`.
"""
