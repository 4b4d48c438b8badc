// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage.Content;

/// <summary>
/// What changes when anybody touches a file: no content can be edited, cut or swapped without one of these changing (the change time cannot be set
/// from user space, and kernels since 6.13 give every change after a look a time of its own). Comparing costs one system call; a difference
/// only raises doubt, which hashing settles. Immutable.
/// </summary>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedNanoseconds">Time of the last change of content, since 1970.</param>
/// <param name="ChangedNanoseconds">Time of the last change of anything, links and modes included, since 1970.</param>
/// <param name="Inode">Which file.</param>
internal readonly record struct ChangeStamp(long Size, long ModifiedNanoseconds, long ChangedNanoseconds, ulong Inode)
{
    /// <summary>Whether only names or modes may have changed since another stamp, not the content.</summary>
    /// <param name="earlier">The other.</param>
    /// <returns>True when size, content time and inode are the same.</returns>
    internal bool SameContentAs(ChangeStamp earlier) =>
        Size == earlier.Size && ModifiedNanoseconds == earlier.ModifiedNanoseconds && Inode == earlier.Inode;
}
