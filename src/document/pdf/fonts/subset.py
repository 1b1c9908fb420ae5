"""Makes the two faces beside this file: python3 subset.py [folder with NotoSans-*.ttf and NotoSansMath-Regular.ttf]

Needs fonttools 4. Takes the characters of unicodes.txt (DIN 91379 type E, German punctuation, U+FFFD) and the rules that place
marks and kern; the three mathematical signs of DIN 91379 that Noto Sans lacks come from Noto Sans Math.
"""
import pathlib
import sys

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

here = pathlib.Path(__file__).parent
source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/noto")
wanted = set()
for line in (here / "unicodes.txt").read_text().split():
    first, _, last = line.partition("-")
    wanted |= set(range(int(first, 16), int(last or first, 16) + 1))

math = TTFont(source / "NotoSansMath-Regular.ttf")
names = math.getBestCmap()
for weight in ("Regular", "Bold"):
    font = TTFont(source / f"NotoSans-{weight}.ttf")
    have = font.getBestCmap()
    for sign in sorted(wanted - set(have)):
        name = names[sign]
        recording, pen = DecomposingRecordingPen(math.getGlyphSet()), TTGlyphPen(None)
        math.getGlyphSet()[name].draw(recording)
        recording.replay(pen)
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = math["hmtx"][name]
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[sign] = name
    options = subset.Options()
    options.layout_features = ["ccmp", "locl", "mark", "mkmk", "kern", "rlig"]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += ["DSIG", "meta"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(here / f"NotoSans-{weight}.ttf")
