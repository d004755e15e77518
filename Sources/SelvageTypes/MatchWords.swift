// A match in calm words, the same in the console, in reports and on the command line.

extension Match.Method {
    /// `whole picture (hash)`, `repeat (features)`.
    public var words: String {
        switch self {
        case .perceptualHash: "whole picture, by its hash"
        case .repeatFeatures: "repeat, by its features"
        case .watermark: "mark alone"
        }
    }
}

extension Match.Grade {
    /// What may be said on the strength of a match.
    public var words: String {
        switch self {
        case .match: "match"
        case .sameGeometry: "same geometry, please review"
        case .unconfirmedMark:
            "a mark of ours on a picture that does not look like the asset, please review"
        }
    }
}

extension Match {
    /// How it lies: `turned 90`, or `turned 12.5°, mirrored, at 0.42 of the licensed size`.
    public var orientationWords: String {
        guard let placement else {
            return symmetry?.rawValue.replacing("-", with: " ") ?? "not known"
        }
        var words = placement.rotation == 0 ? ["as it is"] : ["turned \(placement.rotation)°"]
        if placement.isMirrored { words.append("mirrored") }
        let scale = (placement.scale * 100).rounded() / 100
        if scale != 1, scale > 0 { words.append("at \(scale) of the licensed size") }
        return words.joined(separator: ", ")
    }

    /// What its file and its mark add, in sentences: nothing for most pictures.
    public var remarks: [String] {
        let sentence = mark.map { mark in
            let start =
                grade == .unconfirmedMark
                ? "A mark of ours on a picture that does not look like the asset"
                : "The asset's mark was read"
            return "\(start): \(mark.words)."
        }
        return [sentence].compactMap { $0 } + (credentials?.sentences ?? [])
    }

    /// How near it came: `14 of 256 bits`, or `score 2.4 (1 is a match)`.
    public var closenessWords: String {
        if let distance { return "\(distance) of 256 bits" }
        if method == .watermark, let mark {
            return "mark alone, t \(mark.statistic) (a hit from \(mark.threshold))"
        }
        return score.map { "score \($0) (1 is a match)" } ?? "not measured"
    }

    /// The found area: `416 × 300 pixels at 12, 40`; nil when it is not known.
    public var areaWords: String? {
        guard let region = placement?.region, let first = region.first else { return nil }
        let left = region.reduce(first.x) { min($0, $1.x) }
        let top = region.reduce(first.y) { min($0, $1.y) }
        let right = region.reduce(first.x) { max($0, $1.x) }
        let bottom = region.reduce(first.y) { max($0, $1.y) }
        let numbers = [right - left, bottom - top, left, top].map { value in
            // An area that a hostile store names may be anything.
            abs(value) < 1e9 ? String(Int(value.rounded())) : "?"
        }
        return "\(numbers[0]) × \(numbers[1]) pixels at \(numbers[2]), \(numbers[3])"
    }

    /// How the colours relate: `recoloured`; nil when it is not known.
    public var coloursWords: String? {
        switch placement?.colours {
        case .asLicensed: "in the licensed colours"
        case .recoloured: "recoloured"
        case .inverted: "inverted"
        case .singleColour: "in a single colour"
        case .undetermined: "colours not determined"
        case nil: nil
        }
    }
}
