// Foreign images made safe to show: decoded in the decoder's process, encoded anew, kept for a while.

internal import Imaging
internal import SelvageTypes

/// Foreign images made safe to show.
///
/// What a browser gets are pixels that we encoded; no byte of the foreign file reaches it.
///
/// - Invariant: The pictures kept are never larger than the limit together.
actor PictureCache {
    /// Bytes of all pictures kept.
    static let limitInBytes = 32 << 20
    /// Pixels of the longest side that is shown.
    static let longestSide = 1_100

    private let decoder: any PictureDecoder
    private var pictures: [Digest: [UInt8]] = [:]
    private var order: [Digest] = []
    private var bytes = 0

    init(decoder: any PictureDecoder) {
        self.decoder = decoder
    }

    /// A JPEG of the image with some digest, decoded and encoded anew unless it is still kept.
    ///
    /// - Returns: nil when there is no such image, or it cannot be decoded.
    func jpeg(
        of digest: Digest, reading read: @Sendable () async throws -> [UInt8]?
    ) async throws -> [UInt8]? {
        if let kept = pictures[digest] {
            order.removeAll { $0 == digest }
            order.append(digest)
            return kept
        }
        guard let foreign = try await read(),
            let picture = try? await decoder.decode(foreign),
            let encoded = try? await Self.encoded(picture)
        else { return nil }
        keep(encoded, as: digest)
        return encoded
    }

    @concurrent private static func encoded(_ picture: Picture) async throws -> [UInt8] {
        try PictureEncoder.jpeg(picture.fitted(longestSide: longestSide), quality: 88)
    }

    private func keep(_ picture: [UInt8], as digest: Digest) {
        guard pictures[digest] == nil, picture.count <= Self.limitInBytes else { return }
        pictures[digest] = picture
        order.append(digest)
        bytes += picture.count
        while bytes > Self.limitInBytes, let oldest = order.first {
            order.removeFirst()
            bytes -= pictures.removeValue(forKey: oldest)?.count ?? 0
        }
    }
}
