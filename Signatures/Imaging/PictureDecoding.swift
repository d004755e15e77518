// Decoding in this process: what the decoder child does, and what tests may do.

internal import CCodecs
public import SelvageTypes

/// Decodes PNG, JPEG or WebP bytes in this process.
///
/// The picture is upright by EXIF orientation, transparency lies over white, sixteen-bit samples
/// are scaled to eight, CMYK is multiplied out without a colour profile, and of an animation the
/// first frame is taken. Colour profiles and gamma are not applied.
///
/// Only the decoder child and tests call this: a fault of a codec ends the whole process. Other
/// callers use `DecoderPool`.
///
/// - Throws: `DecodeError` with `unknownFormat`, `tooLarge` or `damaged`.
public func decodePicture(
    _ bytes: [UInt8], limits: DecodeLimits = DecodeLimits(), scale: DecodeScale = .full
) throws(DecodeError) -> Picture {
    try limits.checkHeader(of: bytes)
    let capacity = decodedCapacity(of: bytes, scale: scale)
    var width = 0
    var height = 0
    var failure: DecodeError?
    var pixels = [UInt8](unsafeUninitializedCapacity: capacity) { room, count in
        do throws(DecodeError) {
            (width, height) = try decodePixels(
                bytes, limits: limits, scale: scale, into: UnsafeMutableRawBufferPointer(room))
            count = width * height * 3
        } catch {
            failure = error
        }
    }
    if let failure { throw failure }
    // An image with alpha passed through with four channels; its picture has three.
    if pixels.capacity > 2 * pixels.count { pixels = Array(pixels[...]) }
    return Picture(width: width, height: height, pixels: pixels)
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
func decodedCapacity(of bytes: [UInt8], scale: DecodeScale) -> Int {
    var header = selvage_header()
    var message = MessageBuffer()
    let outcome = bytes.withUnsafeBufferPointer { bytes in
        selvage_read_header(bytes.baseAddress, bytes.count, &header, &message.bytes)
    }
    return outcome == SELVAGE_OK ? selvage_output_capacity(&header, UInt32(scale.rawValue)) : 0
}

/// Decodes into given room; the pixels are its first `width * height * 3` bytes.
func decodePixels(
    _ bytes: [UInt8], limits: DecodeLimits, scale: DecodeScale,
    into room: UnsafeMutableRawBufferPointer
) throws(DecodeError) -> (width: Int, height: Int) {
    var allowed = limits.forCodecs
    var width: UInt32 = 0
    var height: UInt32 = 0
    var message = MessageBuffer()
    let outcome = bytes.withUnsafeBufferPointer { bytes in
        selvage_decode(
            bytes.baseAddress, bytes.count, &allowed, UInt32(scale.rawValue),
            room.baseAddress?.assumingMemoryBound(to: UInt8.self), room.count, &width, &height,
            &message.bytes)
    }
    if let error = DecodeError(outcome, message.text) { throw error }
    return (Int(width), Int(height))
}
