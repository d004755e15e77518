// Pseudo-random numbers that only the holder of a key can repeat.

internal import Crypto

/// A stream of numbers from HMAC-SHA-256 in counter mode.
struct KeyedSequence {
    private let key: SymmetricKey
    private let label: [UInt8]
    private var counter: UInt32 = 0
    private var block: [UInt8] = []
    private var place = 0

    /// The stream of a secret for one purpose.
    init(secret: [UInt8], purpose: String) {
        key = SymmetricKey(data: secret)
        label = Array(purpose.utf8)
    }

    private mutating func nextByte() -> UInt8 {
        if place == block.count {
            let message =
                label + [0]
                + (0..<4).map { UInt8(truncatingIfNeeded: counter >> (8 * (3 - $0))) }
            block = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
            counter += 1
            place = 0
        }
        defer { place += 1 }
        return block[place]
    }

    /// The next 32 bits, the first byte being the highest.
    mutating func next() -> UInt32 {
        (0..<4).reduce(0) { sum, _ in sum << 8 | UInt32(nextByte()) }
    }

    /// A number in `0..<bound`, each equally likely.
    mutating func next(below bound: UInt32) -> UInt32 {
        let limit = UInt32.max - UInt32.max % bound
        while true {
            let number = next()
            if number < limit { return number % bound }
        }
    }

    /// The numbers `0..<count` in a random order.
    mutating func order(of count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(next(below: UInt32(last + 1))))
        }
        return order
    }
}
