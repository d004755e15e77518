// A master's samples as they are stored, plane by plane, as the decoder child lays them out.

internal import CCodecs
internal import SelvageTypes

/// A master's samples as they are stored.
struct MasterSamples: Sendable {
    /// The colours' high bytes; of grey all three channels are the same.
    let picture: Picture
    let isGrey: Bool
    let alpha: [UInt8]?
    /// The colours' low bytes, when samples have sixteen bits.
    let low: [UInt8]?
    let lowAlpha: [UInt8]?
}

extension MasterSamples {
    /// The samples that are still needed when others take the colours' place: of eight bits, alpha only.
    var withoutWhatIsReplaced: Self {
        guard low == nil else { return self }
        return Self(
            picture: Picture(width: 0, height: 0, pixels: []), isGrey: isGrey, alpha: alpha,
            low: nil, lowAlpha: nil)
    }

    /// Decodes in this process: what the decoder child does, and what tests may do.
    init(decoding bytes: [UInt8], limits: DecodeLimits) throws(DecodeError) {
        try limits.checkHeader(of: bytes)
        let capacity = bytes.withUnsafeBufferPointer { masterCapacity(of: $0) }
        var layers = selvage_layers()
        var failure: DecodeError?
        let room = [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
            do throws(DecodeError) {
                let room = UnsafeMutableRawBufferPointer(room)
                layers = try bytes.withUnsafeBufferPointer { bytes throws(DecodeError) in
                    try decodeSamples(bytes, limits: limits, into: room)
                }
                count = capacity
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        self.init(layers, in: room)
    }

    private init(_ layers: selvage_layers, in room: [UInt8]) {
        let pixels = Int(layers.width) * Int(layers.height)
        let hasAlpha = layers.alpha != 0
        let isDeep = layers.deep != 0
        self.init(
            picture: Picture(
                width: Int(layers.width), height: Int(layers.height),
                pixels: Array(room[..<(3 * pixels)])),
            isGrey: layers.grey != 0,
            alpha: hasAlpha ? Array(room[(3 * pixels)..<(4 * pixels)]) : nil,
            low: isDeep ? Array(room[(4 * pixels)..<(7 * pixels)]) : nil,
            lowAlpha: isDeep && hasAlpha ? Array(room[(7 * pixels)..<(8 * pixels)]) : nil)
    }
}

extension MasterLayers {
    init(_ layers: selvage_layers) {
        var found: Self = []
        if layers.alpha != 0 { found.insert(.alpha) }
        if layers.deep != 0 { found.insert(.deep) }
        if layers.grey != 0 { found.insert(.grey) }
        self = found
    }
}

/// Bytes of room that decoding a master needs; 0 for what is no image.
func masterCapacity(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var header = selvage_header()
    var message = MessageBuffer()
    let outcome = selvage_read_header(bytes.baseAddress, bytes.count, &header, &message.bytes)
    let (pixels, overflow) = Int(header.width).multipliedReportingOverflow(by: Int(header.height))
    let (room, tooMuch) = pixels.multipliedReportingOverflow(by: Int(SELVAGE_MASTER_ROOM))
    return outcome == SELVAGE_OK && !overflow && !tooMuch ? room : 0
}

/// Decodes a master into given room, plane by plane.
func decodeSamples(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: DecodeLimits,
    into room: UnsafeMutableRawBufferPointer
) throws(DecodeError) -> selvage_layers {
    var allowed = limits.forCodecs
    var layers = selvage_layers()
    var message = MessageBuffer()
    let outcome = selvage_decode_master(
        bytes.baseAddress, bytes.count, &allowed,
        room.baseAddress?.assumingMemoryBound(to: UInt8.self), room.count, &layers, &message.bytes)
    if outcome == SELVAGE_UNKNOWN_FORMAT {
        throw DecodeError(
            .unknownFormat, "This is no master that can be marked: \(message.text).")
    }
    if let error = DecodeError(outcome, message.text) { throw error }
    return layers
}
