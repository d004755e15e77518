// The PDQ signature of an asset as a catalogue keeps it.

public import Recognition
public import SelvageTypes

/// The PDQ signature of an asset: its hash, quality, and the hashes of its eight symmetries.
public struct PDQSignature: Hashable, Sendable, Codable {
    /// The hash of the picture as it lies.
    public let hash: PerceptualHash
    /// PDQ quality, 0...100.
    public let quality: Int
    /// Eight hashes, in the order of `Match.Symmetry.allCases`; the first is `hash`.
    public let dihedral: [PerceptualHash]

    /// The signature of a picture.
    public init(of picture: Picture) {
        self.init(PDQ.dihedral(of: picture))
    }

    /// A computed signature.
    public init(_ computed: PDQ.Dihedral) {
        hash = computed[.asIs]
        quality = computed.quality
        dihedral = computed.hashes
    }

    /// A hash from a list, of which the other symmetries are not known.
    public init(hash: PerceptualHash, quality: Int) {
        self.hash = hash
        self.quality = quality
        dihedral = [hash]
    }

    /// Whether the numbers can be what they say: a quality in range, one or eight hashes.
    var isPlausible: Bool {
        (0...100).contains(quality) && dihedral.first == hash
            && (dihedral.count == 1 || dihedral.count == Match.Symmetry.allCases.count)
    }

    /// Whether the hash is good enough to match by.
    public var isUsable: Bool { quality >= PDQ.lowestQuality }
}
