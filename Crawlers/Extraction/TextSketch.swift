// A number for a page's text: texts that say nearly the same have nearly the same bits.

/// A sketch of a page's visible text without its links, by which near-duplicates are found.
///
/// Of every two words that follow each other a hash is taken; each bit of the sketch is what most of
/// the hashes have there. Letters compare without case and all digits are one: pages that differ in
/// dates, counts and prices only are near-duplicates.
///
/// - Source: Charikar, "Similarity estimation techniques from rounding algorithms" (STOC 2002);
///   Manku, Jain, Das Sarma, "Detecting near-duplicates for web crawling" (WWW 2007).
public struct TextSketch: Hashable, Sendable {
    /// The 64 bits.
    public let bits: UInt64

    /// A sketch of known bits.
    public init(bits: UInt64) {
        self.bits = bits
    }

    /// The sketch of a plain text; nil when it has too few words to be told from others.
    public init?(_ text: String) {
        var sketcher = TextSketcher()
        var text = text
        text.withUTF8 { sketcher.add($0) }
        guard let sketch = sketcher.sketch else { return nil }
        self = sketch
    }

    /// Bits that differ between near-duplicates at most.
    ///
    /// Texts of which one pair of words in fourteen differs are that far apart on average, unrelated
    /// ones 32 bits. Manku's 3 bits are for a collection of 8 thousand million pages; one site's few
    /// hundred have far fewer chances to be alike by accident.
    static let nearInBits = 8

    /// Whether two texts say nearly the same.
    public func isNear(_ other: Self) -> Bool {
        (bits ^ other.bits).nonzeroBitCount <= Self.nearInBits
    }
}

/// Gathers the sketch of a text that comes in pieces.
struct TextSketcher {
    /// Bytes of text that count; what a page says is known by then.
    private static let limitInBytes = 4 << 10
    /// Words without which two texts are alike by accident.
    private static let leastWords = 16

    /// How many hashes have each bit, as 64 binary numbers that stand upright.
    ///
    /// The number of bit `b` is spelled, lowest digit first, by bit `b` of these. Adding a hash to
    /// all 64 counters is then a carry through few words.
    private var digits = InlineArray<14, UInt64>(repeating: 0)
    private var pairs = 0
    private var words = 0
    private var last: UInt64 = 0
    private var left = Self.limitInBytes

    /// Adds a piece; words do not go on from one piece to the next.
    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard left > 0 else { return }
        let count = min(bytes.count, left)
        left -= count
        var hash = Self.start
        Self.letters.withUnsafeBufferPointer { letters in
            for byte in bytes[..<count] {
                let letter = letters[Int(byte)]
                if letter != 0 {
                    hash = (hash ^ UInt64(letter)) &* Self.prime
                } else if hash != Self.start {
                    end(word: hash)
                    hash = Self.start
                }
            }
        }
        if hash != Self.start { end(word: hash) }
    }

    /// nil when there are too few words.
    var sketch: TextSketch? {
        guard words >= Self.leastWords else { return nil }
        // Bit by bit, whether its counter is more than half of all, from the highest digit down.
        let half = UInt64(pairs / 2)
        var (isMore, isEqual) = (UInt64(0), UInt64.max)
        for digit in digits.indices.reversed() {
            let ofHalf: UInt64 = half >> UInt64(digit) & 1 == 1 ? .max : 0
            isMore |= isEqual & digits[digit] & ~ofHalf
            isEqual &= ~(digits[digit] ^ ofHalf)
        }
        return TextSketch(bits: isMore)
    }

    private mutating func end(word: UInt64) {
        words += 1
        defer { last = word }
        guard words > 1 else { return }
        pairs += 1
        var carry = Self.mixed(last &* 3 &+ word)
        for digit in digits.indices {
            let sum = digits[digit] ^ carry
            carry &= digits[digit]
            digits[digit] = sum
            if carry == 0 { return }
        }
    }

    /// For each byte: a letter in lower case, a digit as any other, a byte of a character beyond
    /// ASCII; 0 for what stands between words.
    private static let letters = (UInt8.min...UInt8.max).map { byte -> UInt8 in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...: byte
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(ascii: "0")
        default: 0
        }
    }

    /// Every bit of the result hangs on every bit of the number.
    ///
    /// - Source: the finaliser of MurmurHash3 (Appleby).
    private static func mixed(_ number: UInt64) -> UInt64 {
        var number = number
        number = (number ^ number >> 33) &* 0xFF51_AFD7_ED55_8CCD
        number = (number ^ number >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return number ^ number >> 33
    }

    /// FNV-1a (Fowler, Noll and Vo).
    private static let start: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3
}
