"""Organisations as everybody, their people and their office see them."""
