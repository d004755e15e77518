// A time-stamp put into the signature of a manifest that was just written.

public import SelvageTypes

extension SignedManifest {
    /// Bytes that a time-stamp has room in; those of public authorities take four to seven thousand.
    static let roomForTimeStamp = 16 << 10

    /// What an authority is to be asked, so that the manifest holds after its certificate has ended.
    ///
    /// - Parameter random: Where the nonce comes from.
    /// - Throws: `ManifestError` when the manifest was not written with room for a time-stamp.
    /// - Source: C2PA 2.2, 10.3.2.5 (`sigTst2`: over the signature).
    public func timeStampRequest(
        using random: inout some RandomNumberGenerator
    ) throws(ManifestError) -> TimeStampRequest {
        try TimeStampRequest(for: envelope().cose.timeStamped, using: &random)
    }

    /// The same manifest with an authority's time-stamp; nothing else changes, and nothing moves.
    ///
    /// - Returns: The file, and the moment that the authority vouches for.
    /// - Throws: `ManifestError` when the answer is not one to this request, or is too long.
    public func stamped(
        by answer: [UInt8], to request: TimeStampRequest
    ) throws(ManifestError) -> (manifest: SignedManifest, moment: Instant) {
        let (token, moment) = try request.token(in: answer)
        let (place, cose) = try envelope()
        let stamps = CBORValue(members: [
            ("tstTokens", .array([CBORValue(members: [("val", .bytes(token))])]))
        ])
        let room = cose.unprotected.encoded.count
        let header = COSESign1.padding(
            [CBORValue.Entry(.text("sigTst2"), stamps)], encodedTo: room)
        guard let header else {
            throw ManifestError(
                .unusableTimeStamp,
                "The time-stamp has \(token.count) bytes; there is room for "
                    + "\(Self.roomForTimeStamp). Use another authority.")
        }
        var store = store
        store.replaceSubrange(
            place,
            with: COSESign1(
                protected: cose.protected, unprotected: header, signature: cose.signature
            ).encoded)
        return (try replacing(store), moment)
    }

    /// Where in the store the signature of this manifest stands.
    private func envelope() throws(ManifestError) -> (place: Range<Int>, cose: COSESign1) {
        let manifest = try ManifestStore(reading: store).active
        guard let bytes = manifest.signature?.onlyBox("cbor"),
            let cose = try? COSESign1(reading: bytes), cose.unprotected["pad"] != nil,
            // The active manifest stands last, and its signature last in it.
            let place = store.lastRange(of: bytes)
        else {
            throw ManifestError(
                .unusableTimeStamp, "The manifest has no room for a time-stamp.")
        }
        return (place, cose)
    }

    private func replacing(_ store: [UInt8]) throws(ManifestError) -> SignedManifest {
        let written: (bytes: [UInt8], ranges: [Range<Int>])
        let before: [Range<Int>]?
        do throws(ImageFileError) {
            let image = try ImageFile(file)
            before = try image.manifestStore()?.ranges
            written = try image.replacingManifestStore(with: store)
        } catch {
            throw ManifestError(.unusableFile, error.description)
        }
        guard written.ranges == before, written.bytes.count == file.count else {
            throw ManifestError(.unusableFile, "The manifest moved while it was stamped.")
        }
        return SignedManifest(
            file: written.bytes, store: store, storeDigest: Digest(of: store), label: label)
    }
}

extension COSESign1 {
    /// What a time-stamp of the second form is over.
    ///
    /// - Source: C2PA 2.2, 10.3.2.5.
    var timeStamped: [UInt8] {
        CBORValue.array([
            .text("CounterSignature"), .bytes(protectedBytes), .bytes([]),
            .bytes(CBORValue.bytes(signature).encoded),
        ]).encoded
    }

    /// A header with some entries and free room of zeros.
    static func padding(_ entries: [CBORValue.Entry], _ room: Int) -> CBORValue {
        let zeros = CBORValue.bytes([UInt8](repeating: 0, count: room))
        return .map(entries + [CBORValue.Entry(.text("pad"), zeros)])
    }

    /// A header with some entries, padded to a number of bytes; nil when they do not fit.
    ///
    /// - Source: C2PA 2.2, 13.2 (`pad`, and `pad2` where a length cannot be reached with one).
    static func padding(_ entries: [CBORValue.Entry], encodedTo size: Int) -> CBORValue? {
        let least = padding(entries, 0).encoded.count
        for free in stride(from: size - least, through: max(0, size - least - 8), by: -1)
        where free >= 0 {
            let once = padding(entries, free)
            if once.encoded.count == size { return once }
            let more =
                size
                - padding(
                    entries + [CBORValue.Entry(.text("pad2"), .bytes([]))], free
                ).encoded.count
            guard more >= 0, more < 24 else { continue }
            let second = CBORValue.bytes([UInt8](repeating: 0, count: more))
            return padding(entries + [CBORValue.Entry(.text("pad2"), second)], free)
        }
        return nil
    }
}

extension [UInt8] {
    /// The last place at which some bytes stand.
    fileprivate func lastRange(of bytes: [UInt8]) -> Range<Int>? {
        guard let first = bytes.first, bytes.count <= count else { return nil }
        for start in stride(from: count - bytes.count, through: 0, by: -1)
        where self[start] == first && self[start..<start + bytes.count].elementsEqual(bytes) {
            return start..<start + bytes.count
        }
        return nil
    }
}
