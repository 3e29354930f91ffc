"""Pretend servers that an Exchange engineer can read and extend: one YAML file each, made of parts."""

from fleetscan.lab.personas.build import Frame, Placement, frame, machine
from fleetscan.lab.personas.loader import Persona, Shelf, load_personas
from fleetscan.lab.personas.recipe import Recipe, laid_over

__all__ = [
    "Frame",
    "Persona",
    "Placement",
    "Recipe",
    "Shelf",
    "frame",
    "laid_over",
    "load_personas",
    "machine",
]
