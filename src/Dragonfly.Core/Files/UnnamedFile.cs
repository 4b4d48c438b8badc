// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Core.Files;

/// <summary>A file that has no name until it is finished: whoever is killed before leaves nothing behind in somebody's folder.</summary>
/// <remarks>
/// <c>O_TMPFILE</c> and <c>linkat</c> (Linux 3.11; ext4, XFS, btrfs, tmpfs, overlay). Where the file system or the system has it not, callers
/// fall back on a temporary name.
/// </remarks>
public static partial class UnnamedFile
{
    private const int CurrentFolder = -100;
    private const int FollowLink = 0x400;

    // O_TMPFILE without the O_DIRECTORY that belongs to it, O_RDWR and O_CLOEXEC (uapi/asm-generic/fcntl.h).
    private const int Unnamed = 0x400000 | 0x2 | 0x80000;

    // Readable and writable for the owner only, until it gets its name.
    private const uint Private = 0x180;

    private const int Exists = 17;

    // O_DIRECTORY is one of the few flags that arm64 has elsewhere.
    private static int Folder => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>Makes one on the file system of a folder.</summary>
    /// <param name="folder">Where it will get its name.</param>
    /// <returns>The file, open for reading and writing; null where there is no such thing, or no right to write.</returns>
    public static SafeFileHandle? TryCreate(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var number = Open(folder, Unnamed | Folder, Private);
        return number < 0 ? null : new SafeFileHandle(number, ownsHandle: true);
    }

    /// <summary>Gives the file a name that nobody has.</summary>
    /// <param name="file">From <see cref="TryCreate"/>.</param>
    /// <param name="path">The name, on the same file system.</param>
    /// <returns>Whether it has the name now; when not, <see cref="Marshal.GetLastPInvokeError"/> says why.</returns>
    public static bool TryName(SafeFileHandle file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Link(CurrentFolder, $"/proc/self/fd/{file.DangerousGetHandle()}", CurrentFolder, path, FollowLink) == 0;
    }

    /// <summary>Whether the last <see cref="TryName"/> failed because the name is taken.</summary>
    public static bool NameIsTaken => Marshal.GetLastPInvokeError() == Exists;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(int fromFolder, string from, int toFolder, string to, int flags);
}
