// The two hard bindings of image files: a hash of the file, or hashes of its boxes.

/// What ties a manifest to its file, as it is written.
struct HardBinding {
    let label: String
    let cbor: CBORValue

    /// The hash of a file without the ranges that carry its manifest store.
    static func dataHash(_ exclusions: [Range<Int>], _ hash: [UInt8]) -> Self {
        let ranges = exclusions.map {
            CBORValue(members: [
                ("length", CBORValue($0.count)), ("start", CBORValue($0.lowerBound)),
            ])
        }
        let cbor = CBORValue(members: [
            ("alg", .text("sha256")), ("exclusions", ranges.isEmpty ? nil : .array(ranges)),
            ("hash", .bytes(hash)), ("name", .text("jumbf manifest")), ("pad", .bytes([])),
        ])
        return Self(label: "c2pa.hash.data", cbor: cbor)
    }
}

/// The hash of a file without some ranges.
///
/// - Source: C2PA 2.2, 18.5 (data hash).
struct DataHashBinding {
    private(set) var exclusions: [Range<Int>]?
    let hash: ManifestHash?
    let expected: [UInt8]?

    init(_ value: CBORValue?, _ claim: ManifestClaim) {
        hash = ManifestHash(
            rawValue: value?["alg"]?.text ?? claim.algorithm ?? "sha256")
        expected = value?["url"] == nil ? value?["hash"]?.bytes : nil
        guard let list = value?["exclusions"] else {
            exclusions = []
            return
        }
        let ranges = (list.array ?? [.null]).prefix(10_000).map { entry -> Range<Int>? in
            guard let start = entry["start"]?.integer, let length = entry["length"]?.integer,
                start >= 0, length >= 0,
                case (let end, false) = start.addingReportingOverflow(length)
            else { return nil }
            return start..<end
        }
        let known = ranges.compactMap { $0 }
        let isOrdered = zip(known, known.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
        exclusions = known.count == ranges.count && isOrdered ? known : nil
    }

    /// Lets the exclusions that begin where the store now stands end where it now ends.
    ///
    /// Manifests that were added make the store longer than when the hash was made.
    ///
    /// - Source: C2PA 2.2, 15.12 (data hash under update manifests).
    mutating func followGrowth(to ranges: [Range<Int>]) {
        exclusions = exclusions?.map { old in
            ranges.first { $0.lowerBound == old.lowerBound } ?? old
        }
    }

    func check(_ asset: BoundAsset, _ url: String, into results: inout ManifestResults) {
        guard let hash else {
            results.add(
                .failure, "algorithm.unsupported", url, "the file's hash is not one C2PA allows")
            return
        }
        guard let expected, let exclusions else {
            results.add(
                .failure, "assertion.dataHash.malformed", url, "the hash of the file is damaged")
            return
        }
        // A gap beside the store within its exclusion could hold another picture.
        let isFilled = exclusions.allSatisfy { range in
            !asset.storeRanges.contains { $0.overlaps(range) }
                || asset.storeRanges.contains {
                    $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
                }
        }
        guard isFilled, let digest = asset.digest(without: exclusions, hash),
            digest == expected
        else {
            results.add(
                .failure, "assertion.dataHash.mismatch", url,
                "the picture was changed after it was signed")
            return
        }
        results.add(
            .success, "assertion.dataHash.match", url, "the picture is as it was signed")
        let others = exclusions.filter { range in
            !range.isEmpty
                && !asset.storeRanges.contains {
                    $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
                }
        }
        if !others.isEmpty {
            let count = others.reduce(0) { $0 + $1.count }
            results.add(
                .informational, "assertion.dataHash.additionalExclusionsPresent", url,
                "\(count) bytes beside the manifest store are not covered by the signature")
        }
    }

    /// The hash of the bytes outside some ranges, which are in order; nil when one overruns.
    static func digest(
        of bytes: [UInt8], without exclusions: [Range<Int>], _ hash: ManifestHash
    ) -> [UInt8]? {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        for range in exclusions {
            guard range.upperBound <= bytes.count, range.lowerBound >= start else { return nil }
            pieces.append(bytes[start..<range.lowerBound])
            start = range.upperBound
        }
        pieces.append(bytes[start...])
        return hash.digest(of: pieces)
    }
}

/// The hashes of a file's boxes, one after the other.
///
/// - Source: C2PA 2.2, 18.7 (general box hash).
struct BoxesHashBinding {
    let entries: [CBORValue]
    let algorithm: String

    init(_ value: CBORValue?, _ claim: ManifestClaim) {
        entries = value?["boxes"]?.array ?? []
        algorithm = value?["alg"]?.text ?? claim.algorithm ?? "sha256"
    }

    func check(_ asset: BoundAsset, _ url: String, into results: inout ManifestResults) {
        guard var found = (try? asset.boxes?())?.map({ ($0.names.first ?? "", $0.range) })[...]
        else {
            results.add(
                .failure, "assertion.boxesHash.mismatch", url, "the file has no boxes of that kind")
            return
        }
        // The signature of a PNG is a box that some writers leave out.
        if found.first?.0 == "PNGh", entries.first?["names"]?.array?.first != .text("PNGh") {
            found.removeFirst()
        }
        var leftOut = false
        for entry in entries {
            let (code, detail) = match(entry, &found, asset, &leftOut)
            guard let code else { continue }
            results.add(.failure, code, url, detail)
            return
        }
        guard found.isEmpty, !entries.isEmpty else {
            results.add(
                .failure, "assertion.boxesHash.unknownBox", url,
                "the file holds a box that was not there when it was signed")
            return
        }
        results.add(.success, "assertion.boxesHash.match", url, "the picture is as it was signed")
        if leftOut {
            results.add(
                .informational, "assertion.boxesHash.additionalExclusionsPresent", url,
                "boxes beside the manifest store are not covered by the signature")
        }
    }

    /// Matches one entry with the boxes that follow in the file.
    ///
    /// - Returns: The code and sentence of what is wrong; nil when nothing is.
    private func match(
        _ entry: CBORValue, _ found: inout ArraySlice<(String, Range<Int>)>, _ asset: BoundAsset,
        _ leftOut: inout Bool
    ) -> (String?, String) {
        guard let names = entry["names"]?.array?.compactMap(\.text), !names.isEmpty,
            let hash = ManifestHash(rawValue: entry["alg"]?.text ?? algorithm)
        else { return ("assertion.boxesHash.malformed", "an entry of the box hashes is damaged") }
        var range: Range<Int>?
        for name in names {
            guard let next = found.popFirst(), next.0 == name else {
                return ("assertion.boxesHash.unknownBox", "the file's boxes are not those signed")
            }
            range = (range?.lowerBound ?? next.1.lowerBound)..<next.1.upperBound
        }
        if names == ["C2PA"] { return (nil, "") }
        if entry["excluded"]?.bool == true {
            leftOut = true
            return (nil, "")
        }
        guard let range, let pieces = Self.pieces(of: range, names, entry["exclusions"]) else {
            return (
                "assertion.boxesHash.mismatch", "a hash leaves out what it must not of its box"
            )
        }
        guard let digest = asset.digest(of: pieces, hash), digest == entry["hash"]?.bytes else {
            return ("assertion.boxesHash.mismatch", "the picture was changed after it was signed")
        }
        if pieces != [range] { leftOut = true }
        return (nil, "")
    }

    /// Boxes of metadata, of which a part may be left out, and how long the head is that says what they
    /// are and how long: that is always covered.
    ///
    /// Which ones they are was learnt from c2pa-rs 0.91, which refuses a part left out of any other box.
    private static let heads = [
        "tEXt": 8, "zTXt": 8, "iTXt": 8, "eXIf": 8, "APP1": 4, "APP13": 4, "COM": 4,
    ]

    /// What a hash covers of a box: all but the parts that it leaves out, which are in order.
    ///
    /// - Returns: nil when a part is left out that must not be.
    private static func pieces(
        of range: Range<Int>, _ names: [String], _ exclusions: CBORValue?
    ) -> [Range<Int>]? {
        guard let exclusions else { return [range] }
        guard names.count == 1, let head = heads[names[0]], let parts = exclusions.array,
            parts.count <= 10_000
        else { return nil }
        var pieces: [Range<Int>] = []
        var start = range.lowerBound
        var least = range.lowerBound + head
        for part in parts {
            // Counted from the box's first byte.
            guard let from = part["start"]?.integer, let length = part["length"]?.integer,
                from >= 0, length > 0, from <= range.count, length <= range.count - from,
                range.lowerBound + from >= least
            else { return nil }
            pieces.append(start..<range.lowerBound + from)
            start = range.lowerBound + from + length
            least = start
        }
        return pieces + [start..<range.upperBound]
    }
}
