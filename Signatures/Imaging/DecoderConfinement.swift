// What holds a decoder child in, as far as this kernel can.

internal import CCodecs

/// What holds a decoder child in, as far as this kernel can.
///
/// Limits on memory, processor time, descriptors and files, no capabilities and no new privileges
/// are there on every kernel; without them no child reads anything. These two depend on it.
public struct DecoderConfinement: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Whether all system calls but those of decoding are refused (seccomp).
    public let filtersCalls: Bool
    /// Whether the file system is out of reach beside that (Landlock).
    public let locksFiles: Bool

    /// A confinement with or without the walls that depend on the kernel.
    public init(filtersCalls: Bool, locksFiles: Bool) {
        self.filtersCalls = filtersCalls
        self.locksFiles = locksFiles
    }

    /// One sentence for people.
    public var description: String {
        switch (filtersCalls, locksFiles) {
        case (true, true):
            "System calls are filtered (seccomp) and files locked away (Landlock)."
        case (true, false):
            "System calls are filtered (seccomp); this kernel has no Landlock, which is no loss."
        case (false, true):
            "Files are locked away (Landlock), but this kernel does not filter system calls: "
                + "use one with CONFIG_SECCOMP_FILTER, on x86-64 or arm64."
        case (false, false):
            "Only resource limits hold the decoders: this kernel has neither seccomp nor "
                + "Landlock. Use one with CONFIG_SECCOMP_FILTER, on x86-64 or arm64."
        }
    }
}

extension DecoderConfinement {
    /// Confines this process, for good.
    ///
    /// - Returns: nil when the system refused what every kernel has.
    static func enter() -> Self? {
        var walls: UInt32 = 0
        guard selvage_confine(&walls) == 0 else { return nil }
        return Self(
            filtersCalls: walls & UInt32(SELVAGE_CALLS_FILTERED) != 0,
            locksFiles: walls & UInt32(SELVAGE_FILES_LOCKED) != 0)
    }
}
