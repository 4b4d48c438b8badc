// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Native;

/// <summary>
/// The few Linux calls that .NET does not offer: change time and link count of a file, hard links, reflinks, copying inside the kernel, renaming
/// without replacing, punching holes and advisory locks. Constants are from the kernel's uapi headers; they are the same on x86-64 and arm64.
/// </summary>
internal static partial class Libc
{
    internal const int NoEntry = 2;
    internal const int Exists = 17;
    internal const int CrossDevice = 18;
    internal const int Invalid = 22;
    internal const int FileTooBig = 27;
    internal const int NoSpace = 28;
    internal const int ReadOnly = 30;
    internal const int NameTooLong = 36;
    internal const int NotImplemented = 38;
    internal const int NotSupported = 95;
    internal const int QuotaExceeded = 122;

    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;
    internal const int Unlock = 8;
    internal const int SeekData = 3;
    internal const int SeekHole = 4;
    internal const int PunchHoleKeepSize = 0x02 | 0x01;
    internal const uint RenameNoReplace = 1;

    // _IOW(0x94, 9, int): share the blocks of another file (btrfs, XFS, overlay of them).
    internal const nuint FileClone = 0x40049409;

    internal const int AtCurrentDirectory = -100;
    internal const uint StatxBasic = 0x7ff;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statx(int directory, string path, int flags, uint mask, out StatxBuffer buffer);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Rename(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    internal static partial nint CopyFileRange(SafeFileHandle from, ref long fromOffset, SafeFileHandle to, ref long toOffset, nuint count, uint flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(SafeFileHandle file, nuint request, int argument);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle CreateMemory(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(SafeFileHandle file, int operation);

    // O_RDWR | O_CREAT | O_CLOEXEC.
    internal const int OpenOrCreate = 0x2 | 0x40 | 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();
}
