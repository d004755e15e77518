// What is true of the demo world: what each picture shows, and what should come of each use.

public import SelvageTypes

/// What one served image shows.
public struct ImageTruth: Hashable, Sendable {
    /// The licensed pattern's id; nil for innocent pictures.
    public var asset: String?
    /// What was done to it.
    public var kind: PictureKind
    /// Whether a polite robot may fetch it; false behind robots.txt or a refusal.
    public var isReachable: Bool
}

/// What should come of one use of a licensed pattern.
public struct ExpectedUse: Hashable, Sendable {
    /// Who should be named as being behind it.
    public enum Actor: Hashable, Sendable {
        /// A party of the registry, by id.
        case party(String)
        /// A seller known only by an identifier or a name.
        case stranger
        /// Nobody is named.
        case nobody
    }

    /// The product page or the event document.
    public var page: WebAddress
    /// The event's identifier, `urn:uuid:…`; nil for pages.
    public var event: String?
    /// The pattern's id.
    public var asset: String
    /// Who is behind it.
    public var actor: Actor
    /// What the agreements say.
    public var verdict: Verdict.Kind
    /// The agreement that decides, when one does.
    public var agreement: String?
    /// The left operand that fails; nil when none does.
    public var failedOperand: String?
    /// Whether the facts point to goods of a licensee that somebody else resells.
    public var possibleResale: Bool
    /// Whether a picture of the use is a whole image, so that a hash of the whole picture finds it.
    public var isWholeImage: Bool
}

/// The truth about the demo world.
public struct DemoTruth: Sendable {
    /// Every image that is served, by address.
    public internal(set) var images: [WebAddress: ImageTruth] = [:]
    /// Every use of a licensed pattern on reachable pages and in events.
    public internal(set) var uses: [ExpectedUse] = []
    /// Addresses that cannot be checked, with the reason a scan should give.
    public internal(set) var notChecked: [WebAddress: NotChecked] = [:]

    /// Compares what a scan recognised with the truth.
    ///
    /// - Parameter found: Pairs of an image address and an asset's id.
    public func score(_ found: some Sequence<(image: WebAddress, asset: String)>) -> DemoScore {
        var right: Set<WebAddress> = []
        var score = DemoScore()
        for (image, asset) in found {
            if images[image]?.asset == asset {
                right.insert(image)
            } else {
                score.falseMatches.append("\(image) is not \(asset)")
            }
        }
        for (address, image) in images where image.isReachable && image.asset != nil {
            score.shown[image.kind, default: 0] += 1
            if right.contains(address) { score.found[image.kind, default: 0] += 1 }
        }
        score.falseMatches.sort()
        return score
    }
}

/// How much of what the demo shows was recognised.
public struct DemoScore: Hashable, Sendable {
    /// Reachable images that show a licensed pattern, by kind.
    public var shown: [PictureKind: Int] = [:]
    /// Those that were recognised as the right pattern.
    public var found: [PictureKind: Int] = [:]
    /// Recognitions of a pattern that the image does not show, as sentences.
    public var falseMatches: [String] = []

    /// The recognised part of the whole images, 0...1.
    public var wholeImageRecall: Double {
        let kinds = PictureKind.allCases.filter(\.isWholeImage)
        let all = kinds.reduce(0) { $0 + (shown[$1] ?? 0) }
        let right = kinds.reduce(0) { $0 + (found[$1] ?? 0) }
        return all == 0 ? 1 : Double(right) / Double(all)
    }
}
