// Decoding in this process: what the decoder child does, and what tests may do.

internal import CCodecs
public import SelvageTypes

/// Decodes image bytes of any `ImageFormat` in this process.
///
/// The picture is upright by EXIF orientation, transparency lies over white, sixteen-bit samples
/// are scaled to eight, embedded ICC profiles are brought to sRGB (perceptual intent; CMYK without a
/// profile is multiplied out), and of an animation, a sequence or several pages the first is taken.
/// PNG's gamma and AVIF's numbered colour spaces are not applied. SVG is drawn at its own size, at
/// most 4,096 pixels long and without its text, once `DecodeWorker.prepareDrawings()` was called.
///
/// Only the decoder child and tests call this: a fault of a codec ends the whole process. Other
/// callers use `DecoderPool`.
///
/// - Parameter side: nil for the full picture, else what its longer side must not fall below.
/// - Throws: `DecodeError` with `unknownFormat`, `tooLarge` or `damaged`.
public func decodePicture(
    _ bytes: [UInt8], limits: DecodeLimits = DecodeLimits(), longerSideAtLeast side: Int? = nil
) throws(DecodeError) -> Picture {
    try limits.checkHeader(of: bytes)
    let least = side ?? 0
    let capacity = bytes.withUnsafeBufferPointer { decodedCapacity(of: $0, least: least) }
    var size = selvage_size()
    var failure: DecodeError?
    var pixels = [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
        do throws(DecodeError) {
            let room = UnsafeMutableRawBufferPointer(room)
            size = try bytes.withUnsafeBufferPointer { bytes throws(DecodeError) in
                try decodePixels(bytes, limits: limits, least: least, into: room)
            }
            count = Int(size.width) * Int(size.height) * 3
        } catch {
            failure = error
        }
    }
    if let failure { throw failure }
    // An image with alpha passed through with four channels; its picture has three.
    if pixels.capacity > 2 * pixels.count { pixels = Array(pixels[...]) }
    return Picture(width: Int(size.width), height: Int(size.height), pixels: pixels)
}

extension DecodeLimits {
    /// Checks what the header says, so that no room is made for a picture that is refused.
    func checkHeader(of bytes: [UInt8]) throws(DecodeError) {
        let header = try ImageHeader(bytes)
        let (count, overflow) = header.width.multipliedReportingOverflow(by: header.height)
        if overflow || count > pixels || max(header.width, header.height) > side {
            throw DecodeError(
                .tooLarge,
                "The image is over a decoding limit: \(header.width) x \(header.height) pixels.")
        }
    }

    var forCodecs: selvage_limits {
        selvage_limits(
            pixels: UInt64(pixels), side: UInt32(clamping: side), memory: UInt64(memoryInBytes),
            scans: UInt32(clamping: scans))
    }
}

/// Bytes of room that decoding needs; 0 for what is no image.
func decodedCapacity(of bytes: UnsafeBufferPointer<UInt8>, least: Int) -> Int {
    var header = selvage_header()
    var message = MessageBuffer()
    let outcome = selvage_read_header(
        bytes.baseAddress, bytes.count, &header, &message.bytes)
    return outcome == SELVAGE_OK
        ? selvage_output_capacity(&header, UInt32(clamping: least)) : 0
}

/// Decodes into given room; the pixels are its first `width * height * 3` bytes.
func decodePixels(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: DecodeLimits, least: Int,
    into room: UnsafeMutableRawBufferPointer
) throws(DecodeError) -> selvage_size {
    var allowed = limits.forCodecs
    var size = selvage_size()
    var message = MessageBuffer()
    let outcome = selvage_decode(
        bytes.baseAddress, bytes.count, &allowed, UInt32(clamping: least),
        room.baseAddress?.assumingMemoryBound(to: UInt8.self), room.count, &size, &message.bytes)
    if let error = DecodeError(outcome, message.text) { throw error }
    return size
}
