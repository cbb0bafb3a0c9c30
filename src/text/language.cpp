// Which of a few languages a text is written in.
//
// The idea: each language has a list of small words (they, olan, että …) and a list of letters and
// letter groups that are common in it and rare in the others (ğ, _sch, ään …; "_" is a word's
// edge). What stands in k of the n languages' lists counts log2(n / k): a word that all share tells
// nothing, one of a single language most. A small word counts three times what a letter group does,
// and only words that are not small ones are looked at for letter groups. The language with the
// highest sum is the answer if it is clearly ahead of the second; if not, we are unsure.
//
// Italian, Portuguese, Dutch, Swedish, Danish and Estonian take part, so that a text in
// one of them is not taken for its neighbour; the answer is then "unsure", because we have neither
// words nor stemmers for them. Trigram models (W. B. Cavnar, J. M. Trenkle, "N-gram-based text
// categorization", SDAIR 1994, 161-175) need training texts, whose licences we would carry along;
// the lists below are made by hand and do as well on sentences.
//
// Cost: a hash lookup for each word and four for each letter of the first 2,000 bytes.

#include "text/language.hpp"

#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <unicode/uchar.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace moothall {

namespace {

struct Evidence {
    std::string_view language; // empty: takes part, but is not one that we name
    std::string_view words;
    std::string_view letters;
};

constexpr std::array evidence = std::to_array<Evidence>({
    {"en",
     "the and of to a in is it you that was for on are with as i his they be at one have this from "
     "or had by not but what all were we when your can said there use an each which she do how "
     "their if will up other about out many then them these so some her would make like him into "
     "has my more no way could than been who its now did get may our me just don't doesn't i'm "
     "it's can't why because should where please want need any after before again very much only "
     "over too am does hasn't isn't didn't won't i've there's that's what's still every here "
     "never always let's us being those while also most everyone "
     "everybody someone somebody anyone anybody nobody something anything nothing else going "
     "having "
     "off put got go see know think really got such own same both between through during under "
     "last",
     "th _th the_ ing_ ght wh _wh ough tion_ ould ed_ ly_ _sh ck_ ee oo ow ea ay_ _kn ness_ ful_ "
     "y_ ies_ ck ever able_ ous_ ery oun _ex er_ es_ ble 's_ 't_ 'm_ 're_ 've_ 'll_ ws_"},
    {"fr",
     "le la les de des du un une et est que qui dans pour pas sur ce cette ces il elle nous vous "
     "ils elles je tu on ne se sa son ses mon ma mes ton ta tes notre votre leur leurs au aux avec "
     "par plus mais ou où donc car si tout tous toute toutes très bien aussi même fait être avoir "
     "avait était sont suis es êtes sommes ont ai avez avons as comme quand comment pourquoi "
     "parce peut peux dois doit faut ça cela là y en à sans sous entre chez depuis encore toujours "
     "jamais rien quelque quel quelle quels quelles moi toi lui eux c'est n'est j'ai qu'il qu'on "
     "d'un d'une l'on était c d l j n s qu m t voudrais après avant été puis faire merci bonjour "
     "trop peu beaucoup ici alors serait pourrait",
     "eau eaux oux ê è à â û œ ç é eux_ ment_ _qu que_ ait_ ais_ aient_ oi ou ez_ tion_ ette_ "
     "elle_ "
     "eur_ erai_ our_ _voi ée_ és_ ées_ é_ ns_ ux_ ille aux_ oir_ ire_ _l' _d' _j' _qu' _c' _n' "
     "_s' _m' ès_ _ch"},
    {"tr",
     "bir ve bu da de için ile çok daha en ne o gibi kadar sonra var yok ben sen biz siz onlar "
     "bana sana ona bize size onlara beni seni onu bizi sizi değil mi mı mu mü ama olarak olan "
     "oldu olur her şey hiç ya ki diye önce şimdi nasıl neden niçin nerede kim hangi şu bunu şunu "
     "benim senin onun bizim sizin onların kendi en bile artık yine hem veya ancak fakat çünkü "
     "eğer ise göre tüm bütün bazı içinde üzerinde arasında lütfen teşekkürler merhaba istiyorum "
     "olsun icin cok degil simdi sey hic onun neden nasil lutfen buna bunun orada burada şimdiye "
     "ediyor etmek yapmak oluyor vardı yoktu misiniz musunuz mısınız müsünüz her iki gün dün bugün "
     "yarın zaman birlikte hangisi biraz var mı lazım gerek gerekiyor iyi büyük yeni et al ver git "
     "gel",
     "ı ş ğ ü ö ç lar_ ler_ ları leri yor_ yor yoru mak_ mek_ dır_ dir_ dur_ dür_ ın_ ün_ ık_ ığ "
     "lık_ "
     "lik_ _ya _ka rın_ rin_ nda_ nde_ dan_ den_ iyor ıyor uyor üyor sınız siniz dım_ dim_ cak_ "
     "cek_ acak ecek ılı ını_ ımız imiz muş mış miş müş _gö _gü _ol _yap z_ k_ iz_ im_ um_ ım_ üm_ "
     "dı_ di_ du_ dü_ tı_ ti_ tu_ tü_ sun_ sın_ sin_ sün_ üz_ uz_ ız_ mez maz ya_ ye_ yi_ yı_ yu_ "
     "yü_ "
     "nin_ nın_ nun_ nün_ 'n 'y 'd y z v"},
    {"fi",
     "ja on ei se että hän oli minä sinä me te he joka mutta kun niin kuin tai myös jos ovat olla "
     "ole olen olet olemme olette nyt vain sitä tämä tämän tätä tässä siitä siinä sen ne niitä "
     "niiden mitä mikä missä miksi miten kuka kenen milloin minun sinun hänen meidän teidän heidän "
     "minua sinua häntä meitä minulla sinulla hänellä meillä minulle on en et emme ette eivät "
     "vielä "
     "jo aina koska kaikki kaikkia hyvin paljon enemmän voi voin voit voimme pitäisi pitää täytyy "
     "saa sitten siis sekä eli jotta vaikka kanssa ilman ennen jälkeen kiitos hei olisi oletko "
     "onko "
     "voiko haluan haluaisin täällä siellä tuolla mukaan tuo nämä noita ollut ihan liian",
     "ää yy öö aa ii uu ään aan iin uun een_ ssa_ ssä_ sta_ stä_ lla_ llä_ lta_ ltä_ lle_ ksi_ "
     "nen_ "
     "sen_ set_ tta_ ttä_ kk tt nk _ky _ta _tä ä ö uo yö ie mme_ tte_ vat_ vät_ isi_ ään_ tkö_ ko_ "
     "kö_ han_ hän_ nsa_ nsä_ ita_ itä_ oi_ ut_ yt_ mma lli llis jär hdä tti uks yks _mu _ki in_ "
     "an_ än_ en_ ni_ si_ at_ ät_ "
     "ki_ ko kö lt hd ht tk ks ll ht ai ei ui öi äi jo_ ja_ jä _jä _pu _pa _tu _ko _ka _ke j k"},
    {"de",
     "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an "
     "werden aus er hat dass daß sie nach wird bei einer um am sind noch wie einem über einen so "
     "zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei ich du wir ihr mein "
     "meine meinen meiner dein deine unser unsere euch uns mich mir dich dir ihm ihn ihnen was wer "
     "wo wann warum wenn weil kann können könnte muss müssen soll sollte will wollen möchte bin "
     "bist seid habe hast hatte dann doch ja nein kein keine schon sehr hier dort immer nie wieder "
     "bitte danke ohne gegen diese dieser dieses diesen jetzt alle alles etwas gibt gut mal gar "
     "ins vom beim fuer koennen etwa nichts",
     "sch _sch cht ich_ ß ä ü ö ei ie ung_ ungen_ lich _ge _be _ver ein_ eit_ keit_ heit_ en_ er_ "
     "te_ st_ tz ck pf _zu äu eu _ein _un ern_ sst_ rd_ nd_ cht_ ht_ ach uch tsch"},
    {"es",
     "el la los las de del y en que un una es por con no para se su al lo como más pero sus le ya "
     "o "
     "este esta sí porque cuando muy sin sobre también me hasta hay donde quien desde todo todos "
     "nos durante uno ni contra otros ese eso ante ellos e esto mí antes algunos qué unos yo otro "
     "otras otra él tanto esa estos mucho nada muchos cual poco ella estar estas algo nosotros mi "
     "mis tú te ti tu tus ellas está están estoy estamos fue era son soy somos tengo tiene tienen "
     "hace puede puedo pueden quiero quiere cómo dónde cuándo cuánto gracias hola favor si usted "
     "ustedes hemos he ha han había ser tener hacer aquí ahora siempre nunca aún bien alguien "
     "demasiado tienes hijo dos va van voy "
     "eres cada día días vez tan dice saber hacía",
     "ñ ción_ ciones_ ó í á ¿ ¡ ado_ ada_ ados_ adas_ ido_ ida_ ía_ ías_ mente_ os_ as_ ll _ll rr "
     "ue "
     "uie ie ar_ er_ ir_ dad_ ajo ejo ón_ ó_ é_ mos_ _es _qu _al _des jo_ ja_ cia_ cio_ aba o_ a_ "
     "iero_ uen ien_ ente_ _ha aste_ es_ é_ nto_ nta_ y_"},
    {"",
     "il di che è la e un in per una non sono mi ho lo ma ha con si ti le da cosa come questo qui "
     "hai sei del bene tu se no al della sì era io gli i ne ci dei nel alla più anche questa solo "
     "perché ed ai dal sua suo molto tutto tutti quando chi dove delle degli nella sul mio mia "
     "tuo essere fare stato siamo quello quella ancora sempre mai grazie",
     "zione_ gli_ glia cch _che ù ò ì è ità_ are_ ere_ ire_ tto_ tta_ ssi zza_ zzo_ chi gni_ sc "
     "ggi zz _sono _dell gio_ zia"},
    {"",
     "o a que de e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele "
     "das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela "
     "entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram essa "
     "num nem suas meu às minha têm numa elas havia seja qual será nós tenho lhe deles fosse "
     "obrigado aqui onde porque estou vocês ninguém alguém nenhum sabe então fazer agora",
     "ã õ ção_ ções_ lh nh ão_ ões_ ç ê â eu_ ou_ em_ am_ inho_ inha_ eiro"},
    {"",
     "de en het een van ik te dat die in je is niet zijn op met voor er maar om aan ook als dan "
     "naar bij uit nog wel geen hij ze we wat mijn was heb worden kan door zou over zo hebben deze "
     "heeft mij hem haar ons hun wordt waar waarom hoe wie moet wil meer al veel zij u dit alleen "
     "graag bedankt onze jullie",
     "ij ijk_ lijk_ heid_ aa oo ee uu sch _sch _ver _ge oe ui ieuw aar_ oor_ ven_ den_ gen_ cht_ "
     "je_"},
    {"",
     "och i att det en som på är av för med till den har de inte om ett han men var jag sig från "
     "vi så kan när nu också eller hade ut skulle man mot där efter finns hon vara vid något "
     "mycket "
     "alla du mig dig oss er vad hur varför detta denna bara måste vill ska tack här",
     "å ä ö ör ör_ för ning_ ade_ ar_ or_ na_ _sk skj tt_ lig_ ig_ ck rna_ het_ ället"},
    {"",
     "og i at det en som på er af for med til den har de ikke om et han men var jeg sig fra vi så "
     "kan når nu også eller havde ud ville man mod hvor efter hun være ved noget meget alle du mig "
     "dig os hvad hvordan hvorfor dette denne kun skal tak her av etter ble blir hva hvem meg deg "
     "oss noe mye må være",
     "æ ø å hv _hv ø ede_ ing_ lig_ ig_ else_ skal_ kke_ ej_ eg_"},
    {"",
     "ja on ei ta et see ma oli kui ka mis aga siis nii või mida seda tema nad me te kes olen oled "
     "oleme olete nüüd siin seal väga ainult veel minu sinu oma meie teie nende mul sul tal meil "
     "kuidas miks kus kas selle sest pole olnud saab peab mind sind teda palun aitäh",
     "õ üü õi _võ ust_ ud_ ga_ st_ d_ ks_ aks_ sse_ _õ õigu gi_"},
});

static_assert(evidence.size() <= 16);

struct Entry {
    std::uint16_t languages = 0; // a bit for each
};

using Table = std::unordered_map<std::string_view, Entry>;

/// A table from the lists, whose texts live as long as the program.
Table make_table(std::string_view Evidence::* list)
{
    Table table;
    for (std::size_t language = 0; language < evidence.size(); ++language) {
        auto rest = evidence[language].*list;
        while (!rest.empty()) {
            const auto end = std::min(rest.find(' '), rest.size());
            if (end > 0)
                table[rest.substr(0, end)].languages |= static_cast<std::uint16_t>(1U << language);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return table;
}

std::string lower_case(std::string_view text)
{
    std::string lower;
    lower.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto character = decode_character(text, at);
        at += character.bytes;
        if (character.code == 0x2019)
            lower.push_back('\''); // so that don’t is don't
        else
            append_character(
                lower, static_cast<char32_t>(u_tolower(static_cast<UChar32>(character.code))));
    }
    return lower;
}

using Scores = std::array<double, evidence.size()>;

void add(Scores& scores, const Entry& entry, double weight)
{
    const auto shared_by = static_cast<double>(std::popcount(entry.languages));
    const auto tells = weight * std::log2(static_cast<double>(evidence.size()) / shared_by);
    for (std::size_t language = 0; language < scores.size(); ++language)
        if ((entry.languages >> language & 1U) != 0) scores[language] += tells;
}

/// The runs of letters and apostrophes, in lower case, each between two "_".
std::vector<std::string> marked_words(std::string_view text)
{
    std::vector<std::string> marked;
    std::string word = "_";
    const auto end_word = [&] {
        while (word.ends_with('\'')) word.pop_back();
        if (word.size() > 1) marked.push_back(word + "_");
        word.assign(1, '_');
    };
    const auto lower = lower_case(text);
    for (std::size_t at = 0; at < lower.size();) {
        if (word.size() == 1) {
            // An address is written in no language.
            const auto end = std::min(lower.find_first_of(" \t\r\n", at), lower.size());
            const auto run = std::string_view(lower).substr(at, end - at);
            if (run.starts_with("http:") || run.starts_with("https:") || run.starts_with("www.")) {
                at = end;
                continue;
            }
        }
        const auto character = decode_character(lower, at);
        const auto bytes = std::string_view(lower).substr(at, character.bytes);
        at += character.bytes;
        if (u_isalpha(static_cast<UChar32>(character.code)) != 0) {
            word.append(bytes);
        } else if (character.code == U'\'' && word.size() > 1) {
            word.push_back('\'');
        } else {
            end_word();
            if (character.code == 0x00BF || character.code == 0x00A1) // ¿ ¡
                marked.emplace_back(bytes);
        }
    }
    end_word();
    return marked;
}

/// What speaks for the two likeliest languages.
struct Weighed {
    std::size_t best = 0;
    double score = 0;
    double second = 0;
    std::size_t small_words = 0;
    std::size_t letters = 0;
};

Weighed weigh(std::string_view text)
{
    static const Table small_words = make_table(&Evidence::words);
    static const Table letter_groups = make_table(&Evidence::letters);
    constexpr std::size_t bytes_max = 2000;
    constexpr std::size_t group_letters_max = 7; // with the edges: "_schön" is none, "ciones_" is
    constexpr double small_word_weight = 3;

    Weighed weighed;
    Scores scores{};
    for (const auto& marked : marked_words(text.substr(0, bytes_max))) {
        weighed.letters +=
            count_characters(marked) - std::min<std::size_t>(2, count_characters(marked));
        const auto word = marked.size() > 2 ? std::string_view(marked).substr(1, marked.size() - 2)
                                            : std::string_view(marked);
        if (const auto found = small_words.find(word); found != small_words.end()) {
            add(scores, found->second, small_word_weight);
            ++weighed.small_words;
            continue;
        }
        for (std::size_t begin = 0; begin < marked.size();
             begin += decode_character(marked, begin).bytes) {
            auto end = begin;
            for (std::size_t letters = 0; letters < group_letters_max && end < marked.size();
                 ++letters) {
                end += decode_character(marked, end).bytes;
                const auto group = std::string_view(marked).substr(begin, end - begin);
                if (const auto found = letter_groups.find(group); found != letter_groups.end())
                    add(scores, found->second, 1);
            }
        }
    }

    for (std::size_t language = 1; language < scores.size(); ++language)
        if (scores[language] > scores[weighed.best]) weighed.best = language;
    weighed.score = scores[weighed.best];
    for (std::size_t language = 0; language < scores.size(); ++language)
        if (language != weighed.best) weighed.second = std::max(weighed.second, scores[language]);
    return weighed;
}

/// Markdown without what is in no language: code, names that are called, and boxes to tick.
std::string without_calls_and_code(std::string_view markdown)
{
    std::string words;
    for (std::size_t at = 0; at < markdown.size();) {
        const auto rest = markdown.substr(at);
        if (rest.front() == '`') {
            const auto marks = std::min(rest.find_first_not_of('`'), rest.size());
            const auto end = rest.find(rest.substr(0, marks), marks);
            words += ' ';
            at = end == std::string_view::npos ? markdown.size() : at + end + marks;
        } else if (rest.front() == '@') {
            // A name is up to three words that begin with a capital letter.
            std::size_t end = 1;
            for (int word = 0; word < 3; ++word) {
                const std::size_t begin = word == 0 ? end : end + 1;
                if (begin >= rest.size() || (word > 0 && rest[end] != ' ')) break;
                const auto first = decode_character(rest, begin);
                if (word > 0 && u_isupper(static_cast<UChar32>(first.code)) == 0) break;
                end = std::min(rest.find_first_of(" \t\r\n,.;:!?", begin), rest.size());
            }
            words += ' ';
            at += end;
        } else if (rest.starts_with("[x]") || rest.starts_with("[X]")) {
            at += 3;
        } else {
            words += rest.front();
            ++at;
        }
    }
    return words;
}

} // namespace

std::string detect_language(std::string_view text)
{
    // By hand, on the sentences of language_test.cpp: lower ones guess, higher ones give up on
    // sentences that a person tells at a glance.
    constexpr double score_min = 5;
    constexpr double lead_min = 3;
    const auto weighed = weigh(text);
    if (weighed.score < score_min || weighed.score - weighed.second < lead_min) return {};
    return std::string(evidence[weighed.best].language);
}

std::string detect_spoken_language(std::string_view markdown)
{
    // By hand, as above. Endings alone ("Report stolen card") fool the lists, so there are small
    // words, or much more of everything.
    constexpr std::size_t letters_min = 12;
    constexpr double score_min = 9;
    constexpr double wordless_score_min = 20;
    constexpr double lead_share_min = 0.3;
    const auto weighed = weigh(without_calls_and_code(markdown));
    const double least = weighed.small_words > 0 ? score_min : wordless_score_min;
    if (weighed.letters < letters_min || weighed.score < least ||
        weighed.score - weighed.second < lead_share_min * weighed.score)
        return {};
    return std::string(evidence[weighed.best].language);
}

} // namespace moothall
