// Takes a body in as it arrives: keeps it, hashes it, unpacks it or leaves it.

internal import SelvageTypes

/// Takes a body in as it arrives, transfer coding removed, within limits.
///
/// A packed body is held packed while it is short and comes quickly. When it is long, or takes its
/// time, it is unpacked as it arrives, so that a bomb is noticed before its rest has come.
struct BodyIntake {
    /// The longest packed body that is held packed.
    static let heldLimit = 256 << 10
    /// The most unread bytes for which an unwanted body is read to keep the connection.
    static let drainLimit = 32 << 10

    private enum Form {
        /// Kept as it comes.
        case plain
        /// Hashed as it comes, once the screen has seen enough.
        case hashed
        /// Held packed.
        case held
        /// Unpacked as it comes.
        case unpacking
        /// Not wanted; read to keep the connection.
        case drained
    }

    private let codings: [String]
    private let limitInBytes: Int
    private let overflow: Exchange.Overflow
    private var screen: ImageScreen?
    private let announced: Int?
    private var form: Form
    private var bytes: [UInt8] = []
    private var digest = RunningDigest()
    private var decoder: ContentDecoder?
    private var ruledOut: ImageScreen.Objection?
    /// Bytes taken so far.
    private(set) var taken = 0

    /// An intake for the body of an answer.
    ///
    /// - Throws: `Fault` with `tooLarge` by the announced length, `badEncoding` by the codings.
    init(_ head: AnswerHead, for exchange: Exchange) throws(Fault) {
        limitInBytes = exchange.limits.bodyInBytes
        overflow = exchange.overflow
        announced = head.length
        if case .fail = overflow, let announced, announced > limitInBytes {
            throw AnswerReader.tooLarge(limitInBytes)
        }
        codings = head.contentCodings.filter { $0 != "identity" }
        try ContentDecoder.check(codings)
        let isPlain = codings.isEmpty
        let isShort = (announced ?? 0) <= Self.heldLimit
        screen = head.status == 200 && isPlain ? exchange.screen : nil
        if isPlain {
            form = exchange.keepsBody ? .plain : .hashed
        } else if isShort, case .fail = overflow {
            form = .held
        } else {
            form = .unpacking
            decoder = try ContentDecoder(codings: codings, limitInBytes: limitInBytes)
        }
        if head.status == 200, let screen = exchange.screen {
            ruledOut = screen.objection(headers: head.fields, length: isPlain ? announced : nil)
        }
        if ruledOut == nil, exchange.keepsBody || !isPlain {
            bytes.reserveCapacity(min(announced ?? 0, limitInBytes, 1 << 20))
        }
    }

    /// Whether the body is unwanted by its head alone, and what to do then.
    mutating func begin() -> AnswerReader.Step {
        ruledOut == nil ? .goOn : leave()
    }

    /// Takes the next bytes.
    mutating func take(_ piece: UnsafeRawBufferPointer) throws(Fault) -> AnswerReader.Step {
        taken += piece.count
        switch form {
        case .drained:
            return taken > (announced ?? 0) + Self.drainLimit ? .enough : .goOn
        case .plain: return try keep(piece)
        case .hashed: return try hash(piece)
        case .held:
            bytes.append(contentsOf: piece)
            if bytes.count > Self.heldLimit { try unpackHeld() }
            return .goOn
        case .unpacking:
            try decoder?.take(piece)
            return .goOn
        }
    }

    private mutating func keep(_ piece: UnsafeRawBufferPointer) throws(Fault) -> AnswerReader.Step {
        let room = limitInBytes - bytes.count
        bytes.append(contentsOf: piece.prefix(room))
        if piece.count > room { throw AnswerReader.tooLarge(limitInBytes) }
        return look() ?? .goOn
    }

    private mutating func hash(_ piece: UnsafeRawBufferPointer) throws(Fault) -> AnswerReader.Step {
        if taken > limitInBytes { throw AnswerReader.tooLarge(limitInBytes) }
        guard screen != nil else {
            digest.take(piece)
            return .goOn
        }
        bytes.append(contentsOf: piece)
        if let step = look() { return step }
        if screen == nil { hashLookedAt() }
        return .goOn
    }

    private mutating func hashLookedAt() {
        bytes.withUnsafeBytes { digest.take($0) }
        bytes = []
    }

    /// Looks at the first bytes, until they have told what the screen wants to know.
    private mutating func look() -> AnswerReader.Step? {
        guard let screen else { return nil }
        ruledOut = screen.objection(firstBytes: bytes)
        if ruledOut != nil { return leave() }
        let isSeen =
            bytes.count >= ImageScreen.peekInBytes || ImageDimensions(firstBytes: bytes) != nil
        if isSeen || screen.leastSide == 0 { self.screen = nil }
        return nil
    }

    private mutating func leave() -> AnswerReader.Step {
        bytes = []
        form = .drained
        let left = announced.map { $0 - taken } ?? .max
        return left > Self.drainLimit ? .enough : .goOn
    }

    /// The body takes its time: what is held packed is unpacked from now on.
    mutating func lingers() throws(Fault) {
        if case .held = form, !bytes.isEmpty { try unpackHeld() }
    }

    private mutating func unpackHeld() throws(Fault) {
        var decoder = try ContentDecoder(codings: codings, limitInBytes: limitInBytes)
        try decoder.take(bytes)
        bytes = []
        form = .unpacking
        self.decoder = decoder
    }

    /// The body, after all bytes were taken or the rest was left on purpose.
    ///
    /// - Throws: `Fault` with `badEncoding` when a layer ended in the middle.
    mutating func finish(isCut: Bool) throws(Fault) -> ReceivedBody {
        if let ruledOut { return ReceivedBody(ruledOut: ruledOut) }
        switch form {
        case .plain, .drained: return ReceivedBody(bytes: bytes)
        case .held: return ReceivedBody(bytes: bytes, codings: bytes.isEmpty ? [] : codings)
        case .hashed:
            hashLookedAt()
            return ReceivedBody(digest: digest)
        case .unpacking:
            let body = try isCut ? decoder?.firstPart() : decoder?.finish()
            return ReceivedBody(bytes: body ?? [])
        }
    }
}
