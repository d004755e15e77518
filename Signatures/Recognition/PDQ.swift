// PDQ: the perceptual hash of a whole picture, bit for bit as the reference library computes it.

internal import CKernels
internal import Glibc
public import SelvageTypes

/// PDQ: a 256-bit perceptual hash of a whole picture, with a quality.
///
/// It survives recompression, resizing and slight edits; it does not survive crops, tiling or turns
/// by other angles than quarter turns.
///
/// - Source: *The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm* (2019), and
///   the reference library in ThreatExchange. Luma is weighted in double precision and rounded once,
///   as the Python package `pdqhash` does; every later step has the reference's order of additions,
///   so hashes are equal and not merely near.
public enum PDQ {
    /// The version of the algorithm that catalogues name.
    public static let version = "pdq-1"
    /// Below this quality a hash says nothing: the picture is too flat.
    ///
    /// - Source: the PDQ paper's recommended gate, 50 of 100.
    public static let lowestQuality = 50
    /// Pictures with a shorter side have no hash.
    ///
    /// - Source: `MIN_HASHABLE_DIM` of the reference library.
    public static let shortestSide = 5

    /// A hash and how much it can be relied on.
    public struct Signature: Hashable, Sendable, Codable {
        /// The hash; zero for a picture too small to hash.
        public let hash: PerceptualHash
        /// 0...100; below `lowestQuality` the hash says nothing.
        public let quality: Int

        /// A known signature.
        public init(hash: PerceptualHash, quality: Int) {
            self.hash = hash
            self.quality = quality
        }
    }

    /// The hashes of a picture in all eight symmetries of the square.
    public struct Dihedral: Hashable, Sendable, Codable {
        /// 0...100, the same for all eight.
        public let quality: Int
        /// Eight hashes, in the order of `Match.Symmetry.allCases`.
        public let hashes: [PerceptualHash]

        /// Known hashes, in the order of `Match.Symmetry.allCases`.
        ///
        /// - Precondition: There are eight.
        public init(quality: Int, hashes: [PerceptualHash]) {
            precondition(
                hashes.count == Match.Symmetry.allCases.count, "A square has eight symmetries.")
            self.quality = quality
            self.hashes = hashes
        }

        /// The hash of the picture as one symmetry shows it.
        public subscript(symmetry: Match.Symmetry) -> PerceptualHash {
            hashes[Match.Symmetry.allCases.firstIndex(of: symmetry) ?? 0]
        }

        /// Each symmetry with its hash.
        public var pairs: [(symmetry: Match.Symmetry, hash: PerceptualHash)] {
            zip(Match.Symmetry.allCases, hashes).map { (symmetry: $0, hash: $1) }
        }
    }

    /// The hash of a picture as it lies.
    ///
    /// - Complexity: O(pixels); memory for some rows only.
    public static func signature(of picture: Picture) -> Signature {
        guard let spectrum = Spectrum(picture) else {
            return Signature(hash: PerceptualHash(words: .zero), quality: 0)
        }
        return Signature(hash: spectrum.hash, quality: spectrum.quality)
    }

    /// The hashes of a picture in all eight symmetries; hardly more work than one.
    ///
    /// The seven others follow from the first one's frequencies. The hash of a picture that is
    /// really turned differs from them in a few bits, as sampling is not symmetric.
    public static func dihedral(of picture: Picture) -> Dihedral {
        guard let spectrum = Spectrum(picture) else {
            let zero = PerceptualHash(words: .zero)
            return Dihedral(quality: 0, hashes: Match.Symmetry.allCases.map { _ in zero })
        }
        return Dihedral(
            quality: spectrum.quality,
            hashes: Match.Symmetry.allCases.map { spectrum.shown($0).hash })
    }
}

extension PDQ {
    /// The numbers of the kernels that there are; a processor may not run them all.
    static let kernels = 0..<Int32(SELVAGE_PDQ_KERNELS)

    /// The picture shrunk to 64 x 64 samples of luma, row by row.
    ///
    /// - Parameter kernel: Which one does it; below 0, the best that this processor can run.
    /// - Returns: nil when a side is too short, when there is no memory, or when the kernel cannot
    ///   run here.
    static func samples(of picture: Picture, by kernel: Int32 = -1) -> [Float]? {
        guard min(picture.width, picture.height) >= shortestSide else { return nil }
        var samples = [Float](repeating: 0, count: 64 * 64)
        let fine = picture.pixels.withUnsafeBufferPointer { pixels in
            selvage_pdq_shrink(
                kernel, pixels.baseAddress, picture.width, picture.height, &samples)
        }
        return fine != 0 ? samples : nil
    }
}

/// The 16 x 16 lowest frequencies of a picture shrunk to 64 x 64, without the constant ones.
private struct Spectrum {
    static let side = 64
    static let part = 16

    /// Row by row; rows are vertical frequencies, both axes start at frequency 1.
    var coefficients: [Float]
    let quality: Int

    /// The spectrum of a picture.
    ///
    /// - Returns: nil when a side is too short, or when there is no memory.
    init?(_ picture: Picture) {
        guard let samples = PDQ.samples(of: picture) else { return nil }
        quality = Int(selvage_pdq_quality(samples))
        coefficients = [Float](repeating: 0, count: Self.part * Self.part)
        selvage_pdq_transform(samples, Self.matrix, &coefficients)
    }

    var hash: PerceptualHash {
        var words: [UInt64] = [0, 0, 0, 0]
        selvage_pdq_bits(coefficients, &words)
        return PerceptualHash(words: SIMD4(words[0], words[1], words[2], words[3]))
    }

    /// The rows of the discrete cosine transform for the frequencies 1...16.
    private static let matrix: [Float] = {
        let scale = Double(Float((2.0 / Double(side)).squareRoot()))
        return (0..<part).flatMap { row in
            (0..<side).map { column in
                let angle =
                    (Double.pi / 2 / Double(side)) * Double(row + 1) * Double(2 * column + 1)
                return Float(scale * cos(angle))
            }
        }
    }()

    /// The spectrum of the picture as a symmetry shows it.
    ///
    /// Mirroring an axis changes the sign of its odd frequencies, which have even places here;
    /// a turn is a mirroring and an exchange of the axes.
    func shown(_ symmetry: Match.Symmetry) -> Spectrum {
        switch symmetry {
        case .asIs: self
        case .mirrored: signed(columns: true, rows: false)
        case .flipped: signed(columns: false, rows: true)
        case .turn180: signed(columns: true, rows: true)
        case .transposed: exchanged
        case .turn90: signed(columns: true, rows: false).exchanged
        case .turn270: signed(columns: false, rows: true).exchanged
        case .antiTransposed: signed(columns: true, rows: true).exchanged
        }
    }

    private func signed(columns: Bool, rows: Bool) -> Spectrum {
        var result = self
        for place in coefficients.indices {
            let oddColumn = columns && place % Self.part % 2 == 0
            let oddRow = rows && place / Self.part % 2 == 0
            if oddColumn != oddRow { result.coefficients[place] = -coefficients[place] }
        }
        return result
    }

    private var exchanged: Spectrum {
        var result = self
        for place in coefficients.indices {
            let (row, column) = (place / Self.part, place % Self.part)
            result.coefficients[column * Self.part + row] = coefficients[place]
        }
        return result
    }
}
