// What lies around a master's samples, and the room in which the file is written again.

internal import CCodecs
internal import SelvageTypes

/// What lies around a master's samples: one format's metadata and coding.
protocol MasterWrapping: Sendable {
    var icc: [UInt8]? { get }
    var remarks: [MasterImage.Remark] { get }
    func encoded(_ pixels: MasterPixels) throws(EncodeError) -> [UInt8]
}

/// Metadata of one file that is carried over, at most; a file with more is refused.
let mostMetadataInBytes = 64 << 20

/// What is written: the samples as read, and the picture as changed.
struct MasterPixels {
    let samples: MasterSamples
    let after: Picture

    var channels: Int { (samples.isGrey ? 1 : 3) + (samples.alpha == nil ? 0 : 1) }

    /// Bytes of the samples as they are written, without compression.
    var sizeInBytes: Int {
        after.width * after.height * channels * (samples.low == nil ? 1 : 2)
    }

    /// Runs a codec that writes into room of `capacity` bytes, of which only those written are
    /// ever touched.
    func written(
        capacity: Int, front: [UInt8] = [], back: [UInt8] = [], format: String,
        _ codec: (
            UnsafePointer<selvage_master>, UnsafeMutablePointer<selvage_room>,
            UnsafeMutablePointer<CChar>
        ) -> selvage_outcome
    ) throws(EncodeError) -> [UInt8] {
        var message = MessageBuffer()
        var outcome = SELVAGE_OK
        let file = [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in
            var room = selvage_room(bytes: bytes.baseAddress, capacity: capacity, size: 0)
            withMaster(front: front, back: back) { master in
                outcome = codec(master, &room, &message.bytes)
            }
            count = outcome == SELVAGE_OK ? room.size : 0
        }
        guard outcome == SELVAGE_OK else {
            throw EncodeError(
                reason: .failed, detail: "The \(format) encoder failed: \(message.text).")
        }
        return file
    }

    private func withMaster(
        front: [UInt8], back: [UInt8], _ body: (UnsafePointer<selvage_master>) -> Void
    ) {
        func pointing<Result>(
            at bytes: [UInt8]?, _ body: (UnsafePointer<UInt8>?) -> Result
        ) -> Result {
            guard let bytes else { return body(nil) }
            return bytes.withUnsafeBufferPointer { body($0.baseAddress) }
        }
        var master = selvage_master()
        master.width = UInt32(after.width)
        master.height = UInt32(after.height)
        master.grey = samples.isGrey ? 1 : 0
        master.frontSize = front.count
        master.backSize = back.count
        pointing(at: after.pixels) { pixels in
            pointing(at: samples.low == nil ? nil : samples.picture.pixels) { before in
                pointing(at: samples.low) { low in
                    pointing(at: samples.alpha) { alpha in
                        pointing(at: samples.lowAlpha) { lowAlpha in
                            pointing(at: front) { front in
                                pointing(at: back) { back in
                                    (master.after, master.before, master.low) = (
                                        pixels, before, low
                                    )
                                    (master.alpha, master.alphaLow) = (alpha, lowAlpha)
                                    (master.front, master.back) = (front, back)
                                    body(&master)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

extension [UInt8] {
    /// A whole number of at most eight bytes; nil when it is not all there.
    func number(at offset: Int, length: Int, bigEndian: Bool = true) -> Int? {
        guard offset >= 0, length <= count, offset <= count - length else { return nil }
        let bytes = self[offset..<offset + length]
        let value =
            bigEndian
            ? bytes.reduce(0) { $0 << 8 | UInt64($1) }
            : bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        return Int(exactly: value)
    }

    /// Whether these characters stand at a place.
    func has(_ text: StaticString, at offset: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset >= 0, length <= count, offset <= count - length else { return false }
        return text.withUTF8Buffer { self[offset..<offset + length].elementsEqual($0) }
    }

    /// Adds a whole number.
    mutating func append(_ number: Int, length: Int, bigEndian: Bool = true) {
        let places = (0..<length).map { bigEndian ? length - 1 - $0 : $0 }
        append(contentsOf: places.map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }
}

extension DecodeError {
    /// A master whose container does not hold together.
    static func brokenMaster(_ what: String) -> DecodeError {
        DecodeError(.damaged, "The image is damaged: \(what).")
    }

    /// A master with more metadata than is carried over.
    static let tooMuchMetadata = DecodeError(
        .tooLarge, "The image has more than \(mostMetadataInBytes >> 20) MiB of metadata.")
}
