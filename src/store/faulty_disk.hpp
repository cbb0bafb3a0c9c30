#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace moothall::store {

/// A disk that fails when a test wants it to: SQLite's own layer to the system, with a switch.
///
/// While one exists it is SQLite's default for what is opened next.
class FaultyDisk {
public:
    enum class Call : std::uint8_t { read, write, sync };

    FaultyDisk() : real_(sqlite3_vfs_find(nullptr)), layer_(*real_)
    {
        layer_.zName = "faulty";
        layer_.pAppData = this;
        layer_.szOsFile = real_->szOsFile + static_cast<int>(sizeof(File));
        layer_.xOpen = open;
        sqlite3_vfs_register(&layer_, 1);
    }
    ~FaultyDisk()
    {
        sqlite3_vfs_unregister(&layer_);
        sqlite3_vfs_register(real_, 1);
    }
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    /// From the `nth` call (1 is the next) of this kind on files whose name ends so, `code` is the
    /// answer: once, or until repair().
    void fail(Call call, int nth, int code, bool once, std::string_view file_ending = {})
    {
        repair();
        call_ = call;
        code_ = code;
        once_ = once;
        ending_ = file_ending;
        hits_ = 0;
        left_ = nth;
    }
    void repair() { left_ = never; }
    /// How often it has failed since fail() was called.
    int hits() const { return hits_; }

private:
    static constexpr int never = -1;

    struct File {
        sqlite3_file base;
        FaultyDisk* disk;
        const char* name;
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

    /// The code with which this call is to fail, or SQLITE_OK.
    int check(Call call, const File* file)
    {
        int left = left_;
        if (left == never || call != call_) return SQLITE_OK;
        if (!std::string_view(file->name ? file->name : "").ends_with(ending_)) return SQLITE_OK;
        while (left > 1)
            if (left_.compare_exchange_weak(left, left - 1)) return SQLITE_OK;
        if (left == never) return SQLITE_OK;
        if (once_ && !left_.compare_exchange_strong(left, never)) return SQLITE_OK;
        ++hits_;
        return code_;
    }

    static int open(sqlite3_vfs* layer, const char* name, sqlite3_file* file, int flags, int* out)
    {
        auto* disk = static_cast<FaultyDisk*>(layer->pAppData);
        auto* opened = of(file);
        opened->disk = disk;
        opened->name = name;
        opened->base.pMethods = nullptr;
        const int code = disk->real_->xOpen(disk->real_, name, opened->real(), flags, out);
        if (opened->real()->pMethods) opened->base.pMethods = &methods;
        return code;
    }

    static const sqlite3_io_methods methods;

    sqlite3_vfs* real_;
    sqlite3_vfs layer_;
    std::atomic<int> left_ = never;
    std::atomic<int> hits_ = 0;
    Call call_ = Call::write;
    int code_ = SQLITE_OK;
    bool once_ = true;
    std::string ending_;
};

inline const sqlite3_io_methods FaultyDisk::methods = {
    3,
    [](sqlite3_file* file) { return of(file)->real()->pMethods->xClose(of(file)->real()); },
    [](sqlite3_file* file, void* to, int amount, sqlite3_int64 at) {
        const int code = of(file)->disk->check(Call::read, of(file));
        if (code != SQLITE_OK) return code;
        return of(file)->real()->pMethods->xRead(of(file)->real(), to, amount, at);
    },
    [](sqlite3_file* file, const void* from, int amount, sqlite3_int64 at) {
        const int code = of(file)->disk->check(Call::write, of(file));
        auto* real = of(file)->real();
        if (code == SQLITE_OK) return real->pMethods->xWrite(real, from, amount, at);
        // Half of it got there, as it does.
        if (amount > 1) real->pMethods->xWrite(real, from, amount / 2, at);
        return code;
    },
    [](sqlite3_file* file, sqlite3_int64 size) {
        return of(file)->real()->pMethods->xTruncate(of(file)->real(), size);
    },
    [](sqlite3_file* file, int flags) {
        const int code = of(file)->disk->check(Call::sync, of(file));
        if (code != SQLITE_OK) return code;
        return of(file)->real()->pMethods->xSync(of(file)->real(), flags);
    },
    [](sqlite3_file* file, sqlite3_int64* size) {
        return of(file)->real()->pMethods->xFileSize(of(file)->real(), size);
    },
    [](sqlite3_file* file, int lock) {
        return of(file)->real()->pMethods->xLock(of(file)->real(), lock);
    },
    [](sqlite3_file* file, int lock) {
        return of(file)->real()->pMethods->xUnlock(of(file)->real(), lock);
    },
    [](sqlite3_file* file, int* out) {
        return of(file)->real()->pMethods->xCheckReservedLock(of(file)->real(), out);
    },
    [](sqlite3_file* file, int operation, void* argument) {
        return of(file)->real()->pMethods->xFileControl(of(file)->real(), operation, argument);
    },
    [](sqlite3_file* file) { return of(file)->real()->pMethods->xSectorSize(of(file)->real()); },
    [](sqlite3_file* file) {
        return of(file)->real()->pMethods->xDeviceCharacteristics(of(file)->real());
    },
    [](sqlite3_file* file, int page, int size, int extend, void volatile** out) {
        return of(file)->real()->pMethods->xShmMap(of(file)->real(), page, size, extend, out);
    },
    [](sqlite3_file* file, int offset, int count, int flags) {
        return of(file)->real()->pMethods->xShmLock(of(file)->real(), offset, count, flags);
    },
    [](sqlite3_file* file) { of(file)->real()->pMethods->xShmBarrier(of(file)->real()); },
    [](sqlite3_file* file, int remove) {
        return of(file)->real()->pMethods->xShmUnmap(of(file)->real(), remove);
    },
    [](sqlite3_file* file, sqlite3_int64 at, int amount, void** out) {
        return of(file)->real()->pMethods->xFetch(of(file)->real(), at, amount, out);
    },
    [](sqlite3_file* file, sqlite3_int64 at, void* page) {
        return of(file)->real()->pMethods->xUnfetch(of(file)->real(), at, page);
    },
};

} // namespace moothall::store
