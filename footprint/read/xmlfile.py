"""XML of outlines (KML and GML), looked at before GDAL is: its features, and that it names nothing else."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from footprint.model.errors import InputError
from footprint.model.words import agree, count, short
from footprint.read.cut_off import in_xml

_ROOTS = {".kml": ("kml",), ".gml": ("FeatureCollection", "SpatialDataSet")}

# a feature is what stands in one of these, or, in KML, is one
_KML = "Placemark"
_MEMBER, _MEMBERS = ("featureMember", "member"), "featureMembers"
_DRAWN = (
    "Polygon", "MultiPolygon", "MultiSurface", "Surface", "MultiGeometry", "Point", "MultiPoint",
    "LineString", "LinearRing", "MultiLineString", "MultiCurve", "Curve", "CompositeSurface",
    "PolyhedralSurface",
)  # fmt: skip

# outlines of ground, of which a feature of GML may have one: of two GDAL takes the last, and says nothing
_GROUND = ("Polygon", "MultiPolygon", "MultiSurface", "Surface", "CompositeSurface", "PolyhedralSurface")

_DEEPEST = 100


class _Unfit(Exception):
    """What is wrong with a text, as a sentence without its full stop."""


class _Reader:
    """Counts features as expat goes through the elements."""

    def __init__(self, ending: str) -> None:
        self.ending = ending
        self.stack: list[str] = []
        self.root: dict[str, str] = {}
        """Attributes of the root element."""
        self.drawn: list[bool] = []
        self.names: list[str] = []
        self.inside = 0
        """How deep the feature stands that is being read; 0 outside of one."""
        self.ground = ""
        """The element of the feature in which its outline of ground stands."""
        self.parts: list[str] = []
        """What of the feature may stand once."""
        self.outline = 0
        """How deep its outline stands, while that is being read."""
        self.links = 0
        """Other files that KML names, to be fetched when it is looked at."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        name = name.rpartition(":")[2]
        if not self.stack and name not in _ROOTS[self.ending]:
            raise _Unfit(f"its root is <{short(name, 40)}>, which is no {self.ending[1:].upper()}")
        if not self.stack:
            self.root = attributes
        for key, value in attributes.items():
            if key.rpartition(":")[2] == "schemaLocation":
                self._require_near(value)
        self.links += self.ending == ".kml" and name == "NetworkLink"
        self.stack.append(name)
        if len(self.stack) > _DEEPEST:
            raise _Unfit(f"its elements are nested more than {_DEEPEST} levels deep")
        if self.inside:
            self._take_part(name)
        elif self._is_feature(name):
            self.inside, self.parts, self.outline, self.ground = len(self.stack), [], 0, ""
            self.drawn.append(False)
            self.names.append(attributes.get("id") or attributes.get("gml:id") or attributes.get("fid") or "")

    def _take_part(self, name: str) -> None:
        """Take an element of a feature; GDAL takes the last of two outlines or names, and says nothing."""
        depth = len(self.stack)
        if name in _DRAWN and not self.outline:
            self.outline, self.drawn[-1] = depth, True
            self._take_outline(name)
        elif self.ending == ".kml" and name == "name" and depth == self.inside + 1:
            self._once("names")

    def _take_outline(self, name: str) -> None:
        if self.ending == ".kml":
            self._once("outlines")
            return
        # in GML each outline stands in an element that says what it is
        within = self.stack[-2]
        self._once("outlines", within)
        if self.ground:
            which, first = short(within, 40), short(self.ground, 40)
            raise _Unfit(
                f"feature {self._name} has two outlines, '{first}' and '{which}'"
                if name in _GROUND
                else f"feature {self._name} has '{which}' behind its outline '{first}', which would be lost"
            )
        if name in _GROUND:
            self.ground = within

    @property
    def _name(self) -> str:
        return short(self.names[-1], 40) or f"{len(self.names):,}"

    def _once(self, what: str, which: str = "") -> None:
        if (part := f"{what} {which}") in self.parts:
            raise _Unfit(f"feature {self._name} has two {what}")
        self.parts.append(part)

    def _is_feature(self, name: str) -> bool:
        if self.ending == ".kml":
            return name == _KML
        above = self.stack[-2] if len(self.stack) > 1 else ""
        return above in _MEMBER or above == _MEMBERS

    def end(self, _name: str) -> None:
        """Take the end of an element."""
        if self.inside == len(self.stack):
            self.inside = 0
        if self.outline == len(self.stack):
            self.outline = 0
        self.stack.pop()

    @staticmethod
    def _require_near(locations: str) -> None:
        """Refuse a schema that stands in another folder; one at an address is not opened."""
        for place in locations.split():
            plain = place.replace("\\", "/")
            if "://" not in plain and ("/" in plain or ":" in plain) and not plain.startswith("urn:"):
                raise _Unfit("it names a schema in another folder, which footprint does not open")

    def doctype(self, *_: object) -> None:
        """Refuse a document type, which can name other files and grow without end."""
        raise _Unfit("it has a document type (<!DOCTYPE>), which footprint does not open")


def xml_records(
    opened: Path, path: Path
) -> tuple[tuple[bool | None, ...], tuple[str, ...], str, tuple[str, ...]]:
    """Return of each feature whether it is drawn, what to call it, by which word the file was cut off, notes.

    Raises InputError, in the name of `path`, for XML that is broken, of another kind, or that refers to
    something else.
    """
    reader = _Reader(opened.suffix.lower())
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        with opened.open("rb") as stream:
            parser.ParseFile(stream)
    except expat.ExpatError as fault:
        told = f"line {fault.lineno:,} is no XML: {expat.ErrorString(fault.code)}"
    except (LookupError, ValueError) as fault:  # Python's codecs raise these for expat
        told = f"its first line names no encoding of XML ({short(str(fault))})"
    except _Unfit as fault:
        told = str(fault)
    else:
        names = tuple(name or f"{i:,}" for i, name in enumerate(reader.names, 1))
        links = count(reader.links, "link to another file", "links to other files")
        if reader.drawn or not reader.links:
            note = f"{path.name}: {links} (NetworkLink) {agree(reader.links, 'was', 'were')} not followed"
            return tuple(reader.drawn), names, in_xml(reader.root), (note,) * bool(reader.links)
        told = f"it holds no area, only {links} (NetworkLink), which footprint does not open"
    raise InputError(path, f"cannot be read as a boundary file ({told})", "Fetch or export it again.")
