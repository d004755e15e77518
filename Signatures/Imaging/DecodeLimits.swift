// What a decoder may take before it must refuse.

/// What a decoder may take before it must refuse.
///
/// Pixels, side, memory and scans are checked against the header, before any pixel is decoded; the
/// deadline and the memory are enforced on the decoder process as well.
public struct DecodeLimits: Hashable, Sendable, Codable {
    /// Width times height, as stored.
    public var pixels: Int
    /// The longer side, as stored.
    public var side: Int
    /// Bytes that decoding may take, output included.
    public var memoryInBytes: Int
    /// Wall-clock time for one picture, after which its decoder process is ended.
    public var deadlineInMilliseconds: Int
    /// Processor time for one picture, in whole seconds.
    public var processorSeconds: Int
    /// Scans of a progressive JPEG; honest encoders write about ten.
    public var scans: Int

    /// Limits that fit honest pictures of up to 64 megapixels.
    public init(
        pixels: Int = 64_000_000, side: Int = 30_000, memoryInBytes: Int = 512 << 20,
        deadlineInMilliseconds: Int = 10_000, processorSeconds: Int = 10, scans: Int = 100
    ) {
        precondition(
            pixels > 0 && side > 0 && memoryInBytes > 0 && deadlineInMilliseconds > 0
                && processorSeconds > 0 && scans > 0, "Every decoding limit is positive.")
        self.pixels = pixels
        self.side = side
        self.memoryInBytes = memoryInBytes
        self.deadlineInMilliseconds = deadlineInMilliseconds
        self.processorSeconds = processorSeconds
        self.scans = scans
    }

    /// Limits for masters, which are one's own: 120 megapixels, which take up to a GiB and minutes.
    public static let masters = DecodeLimits(
        pixels: 120_000_000, memoryInBytes: 1 << 30, deadlineInMilliseconds: 180_000,
        processorSeconds: 180)
}
