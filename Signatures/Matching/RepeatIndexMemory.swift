// The memory that an index lies in: a file's, shared by all processes that read it, or one's own.

internal import CMapped
internal import Glibc
internal import SelvageTypes

/// The memory that an index lies in: a file's, shared by all processes that read it, or one's own.
///
/// Selvage replaces files and never changes them, and the mapping keeps the one that was opened. Should
/// somebody else cut that one short, or its disk fail, zeros are read where it was, and `isTorn` says so.
///
/// `@unchecked`: nobody writes to it once an index reads it.
final class RepeatIndexMemory: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    private(set) var count: Int
    private let descriptor: Int32?
    /// The number that a file's mapping is watched under, once it is only read.
    private var watch: Int32?

    private init(start: UnsafeMutableRawPointer, count: Int, descriptor: Int32?) {
        self.start = start
        self.count = count
        self.descriptor = descriptor
    }

    deinit {
        if let watch { selvage_unwatch(watch) }
        munmap(start, max(1, count))
        if let descriptor { close(descriptor) }
    }

    /// A file's memory, to read.
    convenience init(reading path: String) throws(RepeatIndexError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw .unreadable
        }
        let size = Int(status.st_size)
        guard size >= RepeatIndexForm.headBytes else {
            close(file)
            throw .notAnIndex
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, file, 0), start != MAP_FAILED
        else {
            close(file)
            throw .unreadable
        }
        self.init(start: start, count: size, descriptor: file)
        watch = selvage_watch(start, size)
    }

    /// Whether the file has ended before its end meanwhile, or zeros were read in its place.
    ///
    /// The last page of a file that was cut short reads as zeros without a signal, so its length counts
    /// too.
    var isTorn: Bool {
        guard let watch, let descriptor else { return false }
        var status = stat()
        return selvage_is_torn(watch) != 0 || fstat(descriptor, &status) != 0
            || Int(status.st_size) < count
    }

    /// Takes a part out of the file: it stays as it is now, whatever becomes of that.
    func hold(_ range: Range<Int>) throws(RepeatIndexError) {
        guard selvage_hold(start + range.lowerBound, range.count) != 0 else { throw .unreadable }
    }

    /// Room for an index of at most so many bytes, in a new file or without one.
    ///
    /// What is not written to takes neither memory nor disk.
    convenience init(room: Int, file path: String? = nil) throws(RepeatIndexError) {
        var file: Int32 = -1
        if let path {
            file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard file >= 0, ftruncate(file, off_t(room)) == 0 else {
                if file >= 0 { close(file) }
                throw .unwritable
            }
        }
        let flags = path == nil ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED
        guard let start = mmap(nil, room, PROT_READ | PROT_WRITE, flags, file, 0),
            start != MAP_FAILED
        else {
            if file >= 0 { close(file) }
            throw .unwritable
        }
        self.init(start: start, count: room, descriptor: path == nil ? nil : file)
    }

    /// Makes sure that there is room on the disk for a part, before it is written to.
    ///
    /// Writing to a mapping of a full disk would stop the process.
    func reserve(_ range: Range<Int>) throws(RepeatIndexError) {
        guard range.upperBound <= count else { throw .unwritable }
        guard let descriptor, !range.isEmpty else { return }
        guard posix_fallocate(descriptor, off_t(range.lowerBound), off_t(range.count)) == 0 else {
            throw .unwritable
        }
    }

    /// Gives back what is beyond an index, and makes a file durable.
    func finish(count used: Int) throws(RepeatIndexError) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let kept = (used + page - 1) / page * page
        if kept < count { munmap(start + kept, count - kept) }
        count = used
        guard let descriptor else { return }
        guard msync(start, used, MS_SYNC) == 0, ftruncate(descriptor, off_t(used)) == 0,
            fsync(descriptor) == 0
        else { throw .unwritable }
        watch = selvage_watch(start, used)
    }

    func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt8.self) + range.lowerBound,
            count: range.count)
    }

    /// The SHA-256 of a part.
    func digest(_ range: Range<Int>) -> [UInt8] { Digest(of: bytes(range)).bytes }

    /// A number at a place; the index's byte order is the machine's.
    func number<Value: FixedWidthInteger>(_ place: Int, _: Value.Type) -> Value {
        start.loadUnaligned(fromByteOffset: place, as: Value.self)
    }

    func store<Value: BitwiseCopyable>(_ value: Value, at place: Int) {
        start.storeBytes(of: value, toByteOffset: place, as: Value.self)
    }

    func store(_ bytes: [UInt8], at place: Int) {
        bytes.withUnsafeBytes {
            guard let source = $0.baseAddress else { return }
            (start + place).copyMemory(from: source, byteCount: $0.count)
        }
    }
}
