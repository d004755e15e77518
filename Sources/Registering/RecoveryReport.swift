// What a sealed asset's mark and hash survive, as measured on the sealed file itself.

public import Watermarking

/// What a sealed asset is recognised by after it was handled, as measured on the sealed file.
public struct RecoveryReport: Hashable, Sendable, Codable {
    /// Whether the asset carries a mark.
    public enum Marking: String, Hashable, Sendable, Codable {
        case marked
        /// It was not to be marked.
        case unmarked
        /// No mark that is faint enough survives: the asset is known by its hashes only.
        case unmarkable
    }

    /// One handling that was really done, with Selvage's own encoders and decoders.
    public struct Trial: Hashable, Sendable, Codable {
        /// Such as `JPEG 50`.
        public var handling: String
        /// How well the mark was read, 0 where it was not.
        public var statistic: Double
        /// How well it must be read.
        public var threshold: Double
        /// In how many of 256 bits the whole picture's hash differs; nil where part is cut off.
        public var hashDistance: Int?

        /// Whether the payload was read.
        public var isRead: Bool { statistic >= threshold && threshold > 0 }
    }

    /// Whether it carries a mark.
    public var marking: Marking
    /// Why it does not; nil when it does.
    public var reason: String?
    /// The peak signal-to-noise ratio of the mark, in decibels.
    public var markDecibels: Double?
    /// The same of the sealed file against the master, both as they are shown.
    ///
    /// A format that loses something counts here too; nil when they are the same.
    public var fileDecibels: Double?
    /// The side of the mark's tile, in pixels.
    public var tileSide: Double?
    /// The mark's step where the repeat closes, as a share of what 99 of 100 lines inside stay below; near
    /// or below 1 there is no seam.
    public var seam: Double?
    /// What the marker tried before it settled the strength.
    public var selfTests: [MarkTest] = []
    /// What was done with the sealed file, and what was still read.
    public var trials: [Trial] = []

    /// The report in one sentence.
    public var sentence: String {
        switch marking {
        case .unmarked: return "Not marked, as wished: recognised by its hashes only."
        case .unmarkable:
            return "Unmarkable, hash only: \(reason ?? "no mark that is faint enough survives")"
        case .marked:
            let survived = trials.filter(\.isRead).map(\.handling)
            let lost = trials.filter { !$0.isRead }.map(\.handling)
            let first =
                survived.isEmpty
                ? "The mark is read in the file as it is"
                : "Survives \(survived.joined(separator: ", "))"
            return first + (lost.isEmpty ? "." : "; not \(lost.joined(separator: ", ")).")
        }
    }
}
