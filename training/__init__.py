"""Corpus, training and scoring of the house models. Nothing at run time imports this."""
