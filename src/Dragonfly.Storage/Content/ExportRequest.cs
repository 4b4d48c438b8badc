// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Pieces;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Content;

/// <summary>Where a finished content is to appear, and how.</summary>
/// <param name="OutputPath">Absolute path of the output.</param>
public sealed record ExportRequest(string OutputPath)
{
    /// <summary>
    /// The output's folder, opened when somebody checked that it may be written; the caller of the export disposes it afterwards. The output goes there, whatever its path has come to mean
    /// meanwhile (a folder may be replaced by a link). Null: the folder is found by the path.
    /// </summary>
    public SafeFileHandle? Folder { get; init; }

    /// <summary>Replace an existing file, in one step; otherwise an existing file is AlreadyExists.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Hard link or fail, instead of reflink or copy. The store then checks the shared file's change stamp before it serves it again.</summary>
    public bool ForceHardLink { get; init; }

    /// <summary>Digest that the content must have; checked before the output appears. A mismatch is Corrupt and no output is left.</summary>
    public ContentDigest? Digest { get; init; }

    /// <summary>Only this part of the content; null for all of it.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>Owner to give the file (user id, group id); null leaves it to the process.</summary>
    public (uint UserId, uint GroupId)? Owner { get; init; }

    /// <summary>
    /// Cancelled once nobody fetches pieces any more: one that is missing then (its file was damaged) is Corrupt, instead of awaited for ever. By
    /// default they are awaited.
    /// </summary>
    public CancellationToken FetchingEnded { get; init; }
}
