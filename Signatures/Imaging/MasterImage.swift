// A licensor's own file: its pixels as they are stored, and the way back into the same file.

public import SelvageTypes

/// A licensor's own file, read so that it can be written again with nothing changed but pixels.
///
/// PNG, JPEG, WebP and TIFF. Other than a picture for matching, a master is not turned, not
/// flattened and not brought to sRGB. Alpha, ICC profile, EXIF, XMP, IPTC, resolution and text are
/// carried over byte for byte; what cannot be is said by `remarks`.
public struct MasterImage: Sendable {
    /// The file's format.
    public let format: ImageFormat
    /// The ICC profile, as it is embedded.
    public let icc: [UInt8]?
    /// What the written file will not have of this one.
    public let remarks: [Remark]
    /// What a JPEG's quantisation tables come to on libjpeg's scale, 1...100, nil elsewhere.
    ///
    /// An estimate for people; writing goes by the tables themselves.
    public let jpegQuality: Int?

    private let samples: MasterSamples
    private let wrapping: any MasterWrapping

    /// The pixels in the file's own colour space, as stored: EXIF orientation is not applied.
    ///
    /// Of sixteen-bit samples the high bytes; of grey all three channels are the same.
    public var picture: Picture { samples.picture }

    /// The alpha plane, a byte a pixel, kept untouched; of sixteen bits the high bytes.
    public var alpha: [UInt8]? { samples.alpha }

    /// Whether one channel is stored, which all three of `picture` show.
    public var isGrey: Bool { samples.isGrey }

    /// Bits of a sample in the written file: 8 or 16.
    public var bitsPerSample: Int { samples.low == nil ? 8 : 16 }

    /// Takes apart what lies around the samples; `bytes` were decoded before.
    init(_ bytes: [UInt8], _ samples: MasterSamples) throws(DecodeError) {
        (format, wrapping) = try masterWrapping(bytes)
        self.samples = samples
        icc = wrapping.icc
        remarks = wrapping.remarks
        jpegQuality = (wrapping as? JPEGWrapping)?.quality
    }

    /// The same file with other pixels.
    ///
    /// PNG, TIFF and lossless WebP hold exactly these pixels. A JPEG is written with its own
    /// sampling and with the finer of its own and quality 92's quantisation step of each
    /// coefficient; a lossy WebP at quality 95. Sixteen-bit samples are what they were plus 257
    /// times the change of their high byte, clipped. A grey file stays grey: its channel becomes
    /// the luma of the picture, which is the channel itself when all three are the same.
    ///
    /// Who has no more use for the master gives it up for this, so that its own pixels are let go first.
    ///
    /// - Precondition: `picture` has this one's size.
    /// - Throws: `EncodeError`.
    public consuming func encoded(with picture: Picture) throws(EncodeError) -> [UInt8] {
        precondition(
            picture.width == samples.picture.width && picture.height == samples.picture.height,
            "A master is written again with a picture of its own size.")
        let (wrapping, kept) = (wrapping, samples.withoutWhatIsReplaced)
        _ = consume self
        return try wrapping.encoded(MasterPixels(samples: kept, after: picture))
    }
}

extension MasterImage {
    /// Something of a master that the written file will not have.
    public enum Remark: String, Hashable, Sendable, Codable, CaseIterable, CustomStringConvertible {
        /// A C2PA manifest store, which would not hold for other pixels.
        case manifestStore
        /// Further pages, frames, reduced copies or linked pictures.
        case furtherPictures
        /// Layers of a layered TIFF, which show the picture without the mark.
        case layers
        /// A palette; the file has full colours instead.
        case palette
        /// A compression of a TIFF that loses something, or is not written here.
        case compression

        /// One sentence for people.
        public var description: String {
            switch self {
            case .manifestStore:
                "Its former C2PA manifest is left out: it does not hold for changed pixels."
            case .furtherPictures:
                "Only its first picture is kept; further pages, frames or copies are left out."
            case .layers:
                "Its layers are left out, because they would show the picture without the mark."
            case .palette:
                "Its palette became full colours, so the file is larger."
            case .compression:
                "Its compression became Deflate, which loses nothing."
            }
        }
    }
}

/// Takes apart what lies around a master's samples.
func masterWrapping(
    _ bytes: [UInt8]
) throws(DecodeError) -> (format: ImageFormat, wrapping: any MasterWrapping) {
    let format = try ImageHeader(bytes).format
    switch format {
    case .png: return (format, try PNGWrapping(bytes))
    case .jpeg: return (format, try JPEGWrapping(bytes))
    case .webp: return (format, try WebPWrapping(bytes))
    case .tiff: return (format, try TIFFWrapping(bytes))
    case .gif, .avif, .svg:
        throw DecodeError(
            .unknownFormat,
            "This is no master that can be marked: it is neither PNG, JPEG, WebP nor TIFF.")
    }
}

/// Decodes a master in this process, for tests; others use `DecoderPool.master(_:)`.
///
/// A fault of a codec ends the whole process.
///
/// - Throws: `DecodeError`; `unknownFormat` with a sentence for what is an image but cannot be
///   marked, such as CMYK.
public func decodeMaster(
    _ bytes: [UInt8], limits: DecodeLimits = .masters
) throws(DecodeError) -> MasterImage {
    try MasterImage(bytes, MasterSamples(decoding: bytes, limits: limits))
}

extension DecoderPool {
    /// Decodes a master in a decoder child.
    ///
    /// The pool's limits hold: one that is to read masters has `DecodeLimits.masters` and, because
    /// each takes a gigabyte, one worker.
    ///
    /// - Throws: `DecodeError`; `unknownFormat` with a sentence for what is an image but cannot be
    ///   marked, such as CMYK.
    public func master(_ bytes: [UInt8]) async throws(DecodeError) -> MasterImage {
        try MasterImage(bytes, await samples(bytes))
    }
}
