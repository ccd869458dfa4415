"""The words of the field as types, and what every stage needs. Imports nothing else of the package."""
