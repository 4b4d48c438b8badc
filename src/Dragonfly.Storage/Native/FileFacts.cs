// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Storage.Content;

namespace Dragonfly.Storage.Native;

/// <summary>What the kernel tells about a file. Immutable.</summary>
/// <param name="Stamp">Size, times and inode.</param>
/// <param name="Links">Number of names that the file has.</param>
/// <param name="User">Owner.</param>
/// <param name="Mode">Type and permission bits.</param>
internal readonly record struct FileFacts(ChangeStamp Stamp, uint Links, uint User, uint Mode)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>How much room a file takes, which holes make less than its length.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Blocks of 512 bytes; 0 when it cannot be seen.</returns>
    internal static long ReadBlocks(string path) =>
        Libc.Statx(Libc.AtCurrentDirectory, path, 0, Libc.StatxBasic, out var buffer) == 0 ? (long)buffer.Blocks : 0;

    /// <summary>Asks about a path; one system call, no opening.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="facts">The answer.</param>
    /// <returns>False when it does not exist or cannot be seen.</returns>
    internal static bool TryRead(string path, out FileFacts facts)
    {
        if (Libc.Statx(Libc.AtCurrentDirectory, path, 0, Libc.StatxBasic, out var buffer) != 0)
        {
            facts = default;
            return false;
        }

        var stamp = new ChangeStamp(
            (long)buffer.Size,
            (buffer.ModifiedSeconds * NanosecondsPerSecond) + buffer.ModifiedNanoseconds,
            (buffer.ChangedSeconds * NanosecondsPerSecond) + buffer.ChangedNanoseconds,
            buffer.Inode);
        facts = new FileFacts(stamp, buffer.Links, buffer.User, buffer.Mode);
        return true;
    }
}
