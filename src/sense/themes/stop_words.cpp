#include "sense/themes/stop_words.hpp"

#include <algorithm>
#include <array>

namespace moothall::sense {

namespace {

// Chosen by hand, sorted, in the form of fold(). Apostrophes part words, so that "didn't" is "didn"
// and "t" here.

constexpr auto en_words = std::to_array<std::string_view>(
    {"a",         "about",      "above",      "after",  "again",    "ago",      "against",
     "all",       "almost",     "already",    "also",   "am",       "an",       "and",
     "another",   "any",        "anybody",    "anyone", "anything", "are",      "aren",
     "around",    "as",         "ask",        "asked",  "at",       "away",     "back",
     "be",        "because",    "been",       "before", "being",    "below",    "best",
     "better",    "between",    "both",       "but",    "by",       "came",     "can",
     "cannot",    "cant",       "come",       "comes",  "could",    "couldn",   "d",
     "did",       "didn",       "do",         "does",   "doesn",    "doing",    "don",
     "done",      "down",       "during",     "each",   "either",   "else",     "ever",
     "every",     "everything", "few",        "for",    "from",     "further",  "get",
     "gets",      "getting",    "give",       "go",     "goes",     "going",    "gone",
     "got",       "had",        "hadn",       "has",    "hasn",     "have",     "haven",
     "having",    "he",         "hello",      "help",   "her",      "here",     "hers",
     "herself",   "hey",        "hi",         "him",    "himself",  "his",      "how",
     "however",   "i",          "if",         "im",     "in",       "into",     "is",
     "isn",       "it",         "its",        "itself", "ive",      "just",     "keep",
     "know",      "let",        "like",       "ll",     "long",     "look",     "lot",
     "m",         "made",       "make",       "makes",  "many",     "may",      "maybe",
     "me",        "might",      "more",       "most",   "much",     "must",     "my",
     "myself",    "need",       "needed",     "needs",  "never",    "new",      "no",
     "nor",       "not",        "nothing",    "now",    "o",        "of",       "off",
     "ok",        "okay",       "on",         "once",   "one",      "only",     "or",
     "other",     "our",        "ours",       "out",    "over",     "own",      "please",
     "put",       "re",         "really",     "right",  "s",        "said",     "same",
     "say",       "says",       "see",        "seem",   "seems",    "shall",    "she",
     "should",    "shouldn",    "since",      "so",     "some",     "somebody", "someone",
     "something", "soon",       "still",      "such",   "sure",     "t",        "take",
     "tell",      "than",       "thank",      "thanks", "that",     "thats",    "the",
     "their",     "them",       "themselves", "then",   "there",    "these",    "they",
     "thing",     "things",     "think",      "this",   "those",    "though",   "through",
     "to",        "today",      "together",   "told",   "too",      "try",      "trying",
     "twice",     "two",        "under",      "until",  "us",       "use",      "used",
     "using",     "ve",         "very",       "via",    "want",     "wanted",   "wants",
     "was",       "wasn",       "way",        "we",     "well",     "went",     "were",
     "weren",     "what",       "whats",      "when",   "where",    "wheres",   "whether",
     "which",     "while",      "who",        "whom",   "whose",    "why",      "will",
     "with",      "within",     "without",    "won",    "would",    "wouldn",   "yes",
     "yet",       "you",        "your",       "yours",  "yourself"});

constexpr auto fr_words = std::to_array<std::string_view>(
    {"a",        "ai",       "aie",     "aient",     "ainsi",   "alors",  "apres",    "as",
     "au",       "aucun",    "aucune",  "aussi",     "autre",   "autres", "aux",      "avais",
     "avait",    "avant",    "avec",    "avez",      "avoir",   "avons",  "ayant",    "beaucoup",
     "bien",     "bon",      "bonjour", "c",         "ca",      "car",    "ce",       "cela",
     "celle",    "celles",   "celui",   "ces",       "cet",     "cette",  "ceux",     "chaque",
     "chez",     "ci",       "comme",   "comment",   "contre",  "d",      "dans",     "de",
     "deja",     "depuis",   "des",     "deux",      "devrait", "doit",   "donc",     "dont",
     "du",       "elle",     "elles",   "en",        "encore",  "entre",  "es",       "est",
     "et",       "etaient",  "etait",   "etant",     "ete",     "etes",   "etre",     "eu",
     "faire",    "fait",     "faut",    "fois",      "font",    "hors",   "ici",      "il",
     "ils",      "j",        "jamais",  "je",        "jusqu",   "l",      "la",       "le",
     "les",      "leur",     "leurs",   "lors",      "lorsque", "lui",    "m",        "ma",
     "mais",     "me",       "meme",    "merci",     "mes",     "mieux",  "moi",      "moins",
     "mon",      "n",        "ne",      "ni",        "non",     "nos",    "notre",    "nous",
     "on",       "ont",      "ou",      "par",       "parce",   "pas",    "peu",      "peut",
     "peuvent",  "peux",     "plus",    "plusieurs", "plutot",  "pour",   "pourquoi", "pouvez",
     "puis",     "qu",       "quand",   "que",       "quel",    "quelle", "quelles",  "quelque",
     "quelques", "quels",    "qui",     "quoi",      "s",       "sa",     "sans",     "se",
     "sera",     "ses",      "si",      "sinon",     "soit",    "son",    "sont",     "sous",
     "souvent",  "suis",     "sur",     "t",         "ta",      "te",     "tes",      "toi",
     "ton",      "toujours", "tous",    "tout",      "toute",   "toutes", "tres",     "trop",
     "tu",       "un",       "une",     "vers",      "veux",    "voila",  "voir",     "vos",
     "votre",    "voudrais", "vous",    "vraiment",  "y"});

constexpr auto de_words = std::to_array<std::string_view>(
    {"ab",       "aber",    "alle",    "allem",   "allen",   "aller",   "alles",      "als",
     "also",     "am",      "an",      "andere",  "anderen", "anderer", "anderes",    "auch",
     "auf",      "aus",     "bei",     "beim",    "bereits", "bin",     "bis",        "bist",
     "bitte",    "da",      "dabei",   "dadurch", "dafur",   "damit",   "danach",     "danke",
     "dann",     "daran",   "darauf",  "darf",    "darum",   "das",     "dass",       "davon",
     "dazu",     "dein",    "deine",   "dem",     "den",     "denn",    "der",        "deren",
     "des",      "deshalb", "dessen",  "die",     "dies",    "diese",   "diesem",     "diesen",
     "dieser",   "dieses",  "doch",    "dort",    "du",      "durch",   "ein",        "eine",
     "einem",    "einen",   "einer",   "eines",   "einige",  "einmal",  "er",         "erst",
     "es",       "etwas",   "euch",    "euer",    "eure",    "fur",     "gab",        "ganz",
     "gar",      "geben",   "gegen",   "geht",    "gibt",    "ging",    "hab",        "habe",
     "haben",    "hallo",   "hat",     "hatte",   "hatten",  "hier",    "hin",        "ihm",
     "ihn",      "ihnen",   "ihr",     "ihre",    "ihrem",   "ihren",   "ihrer",      "im",
     "immer",    "in",      "ins",     "ist",     "ja",      "jede",    "jedem",      "jeden",
     "jeder",    "jedes",   "jetzt",   "kann",    "kannst",  "kein",    "keine",      "keinem",
     "keinen",   "keiner",  "konnen",  "konnte",  "konnten", "mach",    "machen",     "macht",
     "mal",      "man",     "manche",  "mehr",    "mein",    "meine",   "meinem",     "meinen",
     "meiner",   "mich",    "mir",     "mit",     "mochte",  "muss",    "mussen",     "nach",
     "nein",     "nicht",   "nichts",  "noch",    "nun",     "nur",     "ob",         "oder",
     "ohne",     "per",     "schon",   "sehr",    "sei",     "sein",    "seine",      "seinem",
     "seinen",   "seiner",  "seit",    "selbst",  "sich",    "sie",     "sind",       "so",
     "soll",     "sollen",  "sollte",  "sondern", "sonst",   "uber",    "um",         "und",
     "uns",      "unser",   "unsere",  "unter",   "viel",    "viele",   "vielleicht", "vom",
     "von",      "vor",     "wann",    "war",     "ware",    "waren",   "warum",      "was",
     "weg",      "weil",    "weiter",  "welche",  "welcher", "welches", "wenn",       "wer",
     "werde",    "werden",  "wie",     "wieder",  "wieso",   "will",    "wir",        "wird",
     "wirklich", "wo",      "woher",   "wohin",   "wurde",   "wurden",  "zu",         "zum",
     "zur",      "zwar",    "zwischen"});

constexpr auto es_words = std::to_array<std::string_view>(
    {"a",        "acerca",   "ademas",   "ahi",      "ahora",    "al",       "algo",     "alguien",
     "algun",    "alguna",   "algunas",  "alguno",   "algunos",  "alli",     "ante",     "antes",
     "aquel",    "aquella",  "aqui",     "asi",      "aun",      "aunque",   "bastante", "bien",
     "cada",     "casi",     "como",     "con",      "contra",   "cosa",     "cosas",    "cual",
     "cuales",   "cuando",   "cuanto",   "de",       "deberia",  "del",      "demas",    "desde",
     "despues",  "dia",      "donde",    "dos",      "durante",  "e",        "el",       "ella",
     "ellas",    "ellos",    "en",       "entonces", "entre",    "era",      "eran",     "eres",
     "es",       "esa",      "esas",     "ese",      "eso",      "esos",     "esta",     "estaba",
     "estaban",  "estan",    "estar",    "estas",    "este",     "esto",     "estos",    "estoy",
     "favor",    "fue",      "fueron",   "gracias",  "ha",       "habia",    "hace",     "hacer",
     "han",      "has",      "hasta",    "hay",      "he",       "hemos",    "hola",     "ir",
     "la",       "las",      "le",       "les",      "lo",       "los",      "mas",      "me",
     "mejor",    "menos",    "mi",       "mientras", "mio",      "mis",      "mismo",    "mucha",
     "muchas",   "mucho",    "muchos",   "muy",      "nada",     "ni",       "no",       "nos",
     "nosotros", "nuestra",  "nuestras", "nuestro",  "nuestros", "nunca",    "o",        "os",
     "otra",     "otras",    "otro",     "otros",    "para",     "pero",     "poco",     "podria",
     "por",      "porfavor", "porque",   "pude",     "puede",    "pueden",   "puedo",    "pues",
     "que",      "quien",    "quienes",  "quiere",   "quiero",   "quisiera", "se",       "sea",
     "segun",    "ser",      "si",       "sido",     "siempre",  "sin",      "sino",     "sobre",
     "solo",     "son",      "su",       "sus",      "suyo",     "tal",      "tambien",  "tampoco",
     "tan",      "tanto",    "te",       "tener",    "tengo",    "ti",       "tiene",    "tienen",
     "toda",     "todas",    "todavia",  "todo",     "todos",    "tras",     "tu",       "tus",
     "un",       "una",      "unas",     "uno",      "unos",     "usted",    "ustedes",  "va",
     "varias",   "varios",   "vez",      "voy",      "y",        "ya",       "yo"});

constexpr auto fi_words = std::to_array<std::string_view>(
    {"aina",    "ainakin", "alla",       "alle",      "ehka",    "ei",        "eika",
     "eivat",   "eli",     "ellei",      "emme",      "en",      "enaa",      "eniten",
     "ennen",   "ensin",   "entinen",    "etta",      "ette",    "haluaisin", "haluan",
     "han",     "hanelle", "hanen",      "hanet",     "he",      "hei",       "heidan",
     "heita",   "hyva",    "hyvin",      "ihan",      "ilman",   "itse",      "ja",
     "jo",      "johon",   "joka",       "jokainen",  "jokin",   "joko",      "joku",
     "jolla",   "jolloin", "jonka",      "jos",       "joskus",  "jossa",     "jota",
     "jotka",   "jotta",   "juuri",      "kai",       "kaikkea", "kaikki",    "kanssa",
     "kautta",  "kerran",  "kiitos",     "kohti",     "koko",    "koska",     "koskaan",
     "kuin",    "kuinka",  "kuitenkaan", "kuitenkin", "kuka",    "kun",       "kuten",
     "kylla",   "lahes",   "lisaa",      "luo",       "me",      "meidan",    "meille",
     "meita",   "mihin",   "mika",       "mikaan",    "mikali",  "miksi",     "milla",
     "milloin", "mina",    "minka",      "minne",     "minua",   "minulla",   "minulle",
     "minun",   "minut",   "missa",      "mista",     "mita",    "mitaan",    "miten",
     "moni",    "monta",   "mukaan",     "mutta",     "muu",     "muut",      "myos",
     "ne",      "niiden",  "niihin",     "niille",    "niin",    "niita",     "noin",
     "nuo",     "nyt",     "ole",        "olemme",    "olen",    "olet",      "olette",
     "oli",     "olin",    "olisi",      "olisin",    "olivat",  "olla",      "olleet",
     "ollut",   "oma",     "omat",       "on",        "onko",    "ovat",      "paitsi",
     "paljon",  "pian",    "pitaa",      "pitaisi",   "saa",     "saada",     "saan",
     "sama",    "se",      "seka",       "sellainen", "sen",     "siella",    "siihen",
     "siina",   "siita",   "siksi",      "sille",     "silti",   "sina",      "sinne",
     "sinulla", "sinun",   "sita",       "sitten",    "tahan",   "tai",       "tama",
     "taman",   "tassa",   "tasta",      "tata",      "te",      "tehda",     "teidan",
     "teilla",  "teita",   "tosi",       "tulee",     "tuo",     "tuon",      "uudelleen",
     "vaan",    "vahan",   "vai",        "vaikka",    "vain",    "varten",    "vasta",
     "vastaan", "viela",   "voi",        "voiko",     "voin",    "voisi",     "voisin",
     "voivat",  "yha",     "yksi",       "yli",       "ylla"});

constexpr auto tr_words = std::to_array<std::string_view>(
    {"acaba",      "ama",         "ancak",       "artik",     "asla",      "aslinda",  "az",
     "bana",       "bazen",       "bazi",        "belki",     "ben",       "benden",   "beni",
     "benim",      "beri",        "bile",        "bir",       "biraz",     "bircok",   "biri",
     "birkac",     "birsey",      "biz",         "bize",      "bizi",      "bizim",    "boyle",
     "bu",         "buna",        "bunda",       "bundan",    "bunlar",    "bunlari",  "bunlarin",
     "bunu",       "bunun",       "burada",      "butun",     "cok",       "cunku",    "da",
     "daha",       "dahi",        "de",          "defa",      "degil",     "diger",    "diye",
     "dolayi",     "dolayisiyla", "edebilirim",  "eger",      "en",        "et",       "etti",
     "ettim",      "fakat",       "falan",       "gerekiyor", "gibi",      "gore",     "hala",
     "halen",      "hangi",       "hani",        "hatta",     "hem",       "henuz",    "hep",
     "hepsi",      "her",         "herhangi",    "herkes",    "hic",       "hicbir",   "icin",
     "ile",        "ilgili",      "ise",         "iste",      "istiyorum", "iyi",      "kadar",
     "karsin",     "kendi",       "kendim",      "kez",       "ki",        "kim",      "kime",
     "kimse",      "lazim",       "lutfen",      "merhaba",   "mi",        "misin",    "miyim",
     "miyiz",      "mu",          "mudur",       "muyum",     "nasil",     "ne",       "neden",
     "nedeniyle",  "nerede",      "nereye",      "niye",      "o",         "olabilir", "olan",
     "olarak",     "oldu",        "oldugu",      "oldugunu",  "olmadi",    "olmak",    "olsa",
     "olsun",      "olur",        "oluyor",      "on",        "ona",       "ondan",    "onlar",
     "onlari",     "onlarin",     "onu",         "onun",      "orada",     "oyle",     "oysa",
     "pek",        "ragmen",      "sadece",      "sana",      "sanki",     "sen",      "senden",
     "seni",       "senin",       "sey",         "seyi",      "seyler",    "simdi",    "siz",
     "size",       "sizi",        "sizin",       "sonra",     "su",        "suna",     "sunu",
     "tarafindan", "tesekkurler", "tum",         "uzere",     "var",       "ve",       "veya",
     "ya",         "yani",        "yapabilirim", "yapmak",    "yapti",     "yaptim",   "yerine",
     "yine",       "yok",         "yoksa",       "zaman",     "zaten"});

template <std::size_t size>
bool holds(const std::array<std::string_view, size>& words, std::string_view word)
{
    return std::ranges::binary_search(words, word);
}

} // namespace

bool is_stop_word(std::string_view language, std::string_view folded_word)
{
    if (folded_word.size() <= 1) return true;
    if (language == "fr") return holds(fr_words, folded_word);
    if (language == "de") return holds(de_words, folded_word);
    if (language == "es") return holds(es_words, folded_word);
    if (language == "fi") return holds(fi_words, folded_word);
    if (language == "tr") return holds(tr_words, folded_word);
    return holds(en_words, folded_word);
}

} // namespace moothall::sense
