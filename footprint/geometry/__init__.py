"""Outlines compared: arrays and layers in, arrays and tables out; nothing here knows a plan."""
