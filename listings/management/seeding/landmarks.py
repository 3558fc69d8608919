"""What people in Ethiopia say instead of a street and a number."""

from __future__ import annotations

from listings.management.seeding.offers import Words

USUAL: tuple[Words, ...] = (
    ("near the main roundabout", "ከዋናው አደባባይ አጠገብ"),
    ("behind the health centre", "ከጤና ጣቢያው ጀርባ"),
    ("opposite the primary school", "ከአንደኛ ደረጃ ትምህርት ቤቱ ፊት ለፊት"),
    ("two minutes from the taxi stop", "ከታክሲ መያዣው ሁለት ደቂቃ"),
    ("next to the Commercial Bank branch", "ከንግድ ባንክ ቅርንጫፍ አጠገብ"),
    ("off the new asphalt road", "ከአዲሱ አስፋልት ገባ ብሎ"),
    ("near the woreda office", "ከወረዳው ጽሕፈት ቤት አጠገብ"),
    ("behind the petrol station", "ከነዳጅ ማደያው ጀርባ"),
)
LANDMARKS: dict[str, tuple[Words, ...]] = {
    "bole-medhanealem": (
        ("behind Bole Medhanealem church", "ከቦሌ መድኃኔዓለም ቤተ ክርስቲያን ጀርባ"),
        ("near Edna Mall", "ከኤድና ሞል አጠገብ"),
    ),
    "bole-atlas": (("near the Atlas traffic light", "ከአትላስ ትራፊክ መብራት አጠገብ"),),
    "bole-michael": (("near Bole Michael church", "ከቦሌ ሚካኤል ቤተ ክርስቲያን አጠገብ"),),
    "bole-friendship": (("near the Friendship building", "ከፍሬንድሺፕ ሕንፃ አጠገብ"),),
    "kazanchis": (
        ("near the Economic Commission for Africa", "ከአፍሪካ ኢኮኖሚ ኮሚሽን አጠገብ"),
        ("near Urael church", "ከኡራኤል ቤተ ክርስቲያን አጠገብ"),
    ),
    "megenagna": (("near the Megenagna roundabout", "ከመገናኛ አደባባይ አጠገብ"),),
    "mexico": (("near Mexico Square", "ከሜክሲኮ አደባባይ አጠገብ"),),
    "piassa": (("near St. George's cathedral", "ከጊዮርጊስ ቤተ ክርስቲያን አጠገብ"),),
    "merkato": (("near the Anwar mosque", "ከአንዋር መስጊድ አጠገብ"),),
    "sarbet": (("near the African Union", "ከአፍሪካ ኅብረት አጠገብ"),),
    "old-airport": (("near the Old Airport field", "ከአሮጌው አየር ማረፊያ ሜዳ አጠገብ"),),
    "cmc": (("near CMC Michael church", "ከሲኤምሲ ሚካኤል ቤተ ክርስቲያን አጠገብ"),),
    "summit": (("near the Summit roundabout", "ከሰሚት አደባባይ አጠገብ"),),
    "ayat": (("near the Ayat train stop", "ከአያት ባቡር ጣቢያ አጠገብ"),),
    "arat-kilo": (("near the Arat Kilo monument", "ከአራት ኪሎ ሐውልት አጠገብ"),),
    "sidist-kilo": (("near the university", "ከዩኒቨርሲቲው አጠገብ"),),
    "gerji": (("near the Gerji roundabout", "ከገርጂ አደባባይ አጠገብ"),),
    "haya-hulet": (("near Golagul Tower", "ከጎላጉል ሕንፃ አጠገብ"),),
    "gurd-shola": (("near the Gurd Shola train stop", "ከጉርድ ሾላ ባቡር ጣቢያ አጠገብ"),),
    "bisrate-gabriel": (("near Bisrate Gabriel church", "ከብሥራተ ገብርኤል ቤተ ክርስቲያን አጠገብ"),),
    "tor-hailoch": (("near the Tor Hailoch hospital", "ከጦር ኃይሎች ሆስፒታል አጠገብ"),),
    "stadium": (("near Addis Ababa Stadium", "ከአዲስ አበባ ስታዲየም አጠገብ"),),
    "meskel-square": (("above Meskel Square", "ከመስቀል አደባባይ ከፍ ብሎ"),),
    "hawassa": (("five minutes from the lake", "ከሐይቁ አምስት ደቂቃ"), ("near Piassa", "ከፒያሳ አጠገብ")),
    "bahir-dar": (
        ("near Lake Tana's shore", "ከጣና ሐይቅ ዳርቻ አጠገብ"),
        ("near Giorgis church", "ከጊዮርጊስ ቤተ ክርስቲያን አጠገብ"),
    ),
    "bishoftu": (("with a walk to Lake Bishoftu", "ወደ ቢሾፍቱ ሐይቅ በእግር የሚያስኬድ"),),
    "gondar": (("below Fasil's castle", "ከፋሲል ግንብ ዝቅ ብሎ"),),
    "mekelle": (("near Romanat Square", "ከሮማናት አደባባይ አጠገብ"),),
    "kezira": (("near the old railway station", "ከአሮጌው ባቡር ጣቢያ አጠገብ"),),
    "harar": (("near the wall of Jugol", "ከጁገል ግንብ አጠገብ"),),
}
