// Statements that run for every address of a crawl: bound and read without boxes.

internal import GRDB
internal import GRDBSQLite
internal import SelvageTypes

/// A statement that runs for every address of a crawl.
///
/// GRDB's way of binding and reading costs more than the statement itself: each value is boxed, each
/// column looked up by name. This goes to SQLite directly, within GRDB's transaction. No observer of
/// GRDB's hears of it, and we have none.
struct QuickStatement {
    /// Keeps the handle alive.
    private let owner: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    /// A statement of the connection's cache.
    init(_ db: Database, _ sql: String) throws {
        owner = try db.cachedStatement(sql: sql)
        guard let connection = db.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the connection is closed")
        }
        handle = owner.sqliteStatement
        self.connection = connection
    }

    /// Runs it.
    ///
    /// - Parameter bind: Gives the values in the order of their places.
    /// - Returns: How many rows it changed.
    @discardableResult
    func run(_ bind: (inout Values) -> Void) throws -> Int {
        try each(bind) { _ in false }
        return Int(sqlite3_changes(connection))
    }

    /// Runs it and reads its first row.
    ///
    /// - Returns: nil when there is none.
    func first<Value>(_ bind: (inout Values) -> Void, _ read: (Columns) throws -> Value) throws
        -> Value?
    {
        var value: Value?
        try each(bind) { columns in
            value = try read(columns)
            return false
        }
        return value
    }

    /// Runs it and reads its rows, as long as `read` says to go on; a statement that writes is run
    /// to its end in any case.
    func each(_ bind: (inout Values) -> Void, _ read: (Columns) throws -> Bool) throws {
        sqlite3_reset(handle)
        var values = Values(handle)
        bind(&values)
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        var goesOn = true
        while true {
            let code = sqlite3_step(handle)
            if code == SQLITE_DONE { break }
            guard code == SQLITE_ROW else { throw failure(code) }
            if goesOn { goesOn = try read(Columns(handle)) }
            if !goesOn, sqlite3_stmt_readonly(handle) != 0 { break }
        }
        guard values.code == SQLITE_OK else { throw failure(values.code) }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(connection)), sql: owner.sql)
    }

    /// The places of a statement, filled one after the other.
    struct Values {
        private let handle: OpaquePointer
        private var place: Int32 = 0
        fileprivate private(set) var code = SQLITE_OK

        fileprivate init(_ handle: OpaquePointer) {
            self.handle = handle
        }

        mutating func add(_ number: some BinaryInteger) {
            note(sqlite3_bind_int64(handle, next(), Int64(number)))
        }

        mutating func add(_ number: (some BinaryInteger)?) {
            if let number { add(number) } else { addNull() }
        }

        mutating func add(_ flag: Bool) { add(flag ? 1 : 0) }

        mutating func add(_ number: Double?) {
            guard let number else { return addNull() }
            note(sqlite3_bind_double(handle, next(), number))
        }

        mutating func add(_ text: String?) {
            guard var text else { return addNull() }
            let place = next()
            note(
                text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text(
                            handle, place, $0.baseAddress, Int32($0.count), Self.copied)
                    }
                })
        }

        mutating func add(_ digest: Digest?) {
            guard let digest else { return addNull() }
            let place = next()
            note(
                digest.bytes.withUnsafeBytes {
                    sqlite3_bind_blob(handle, place, $0.baseAddress, Int32($0.count), Self.copied)
                })
        }

        mutating func add(_ key: AddressKey, plan: Int64) {
            add(key.host.shard)
            add(key.host.id)
            add(plan)
            let place = next()
            note(
                key.withUnsafeBytes {
                    sqlite3_bind_blob(handle, place, $0.baseAddress, Int32($0.count), Self.copied)
                })
            add(key.isImage)
        }

        private mutating func addNull() { note(sqlite3_bind_null(handle, next())) }

        private mutating func next() -> Int32 {
            place += 1
            return place
        }

        private mutating func note(_ code: Int32) {
            if code != SQLITE_OK { self.code = code }
        }

        /// SQLITE_TRANSIENT: SQLite copies what it is given.
        private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    /// The columns of a row, by their places; sound while the row is read.
    struct Columns {
        private let handle: OpaquePointer

        fileprivate init(_ handle: OpaquePointer) {
            self.handle = handle
        }

        func isNull(_ index: Int32) -> Bool {
            sqlite3_column_type(handle, index) == SQLITE_NULL
        }

        func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

        func integerOrNil(_ index: Int32) -> Int64? { isNull(index) ? nil : integer(index) }

        func double(_ index: Int32) -> Double { sqlite3_column_double(handle, index) }

        /// nil for NULL; what is no UTF-8 is mended.
        func text(_ index: Int32) -> String? {
            guard let text = sqlite3_column_text(handle, index) else { return nil }
            let count = Int(sqlite3_column_bytes(handle, index))
            return String(
                decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
        }

        /// nil for NULL.
        ///
        /// - Throws: `StoreError` with `.damaged` for what is no digest.
        func digest(_ index: Int32, of table: String) throws -> Digest? {
            if isNull(index) { return nil }
            let count = Int(sqlite3_column_bytes(handle, index))
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(handle, index), count: count)
            guard let digest = Digest(rawBytes: bytes) else {
                throw StoreError.unreadable("a digest", in: table)
            }
            return digest
        }
    }
}
