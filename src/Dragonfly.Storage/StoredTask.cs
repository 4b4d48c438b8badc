// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage.Claims;
using Dragonfly.Storage.Content;

namespace Dragonfly.Storage;

/// <summary>One generation of one task on this disk: which pieces are finished, and the right to write the others. Thread safe.</summary>
public sealed class StoredTask
{
    internal StoredTask()
    {
    }

    /// <summary>The task.</summary>
    public TaskId Id => throw new NotImplementedException();

    /// <summary>Its sort.</summary>
    public TaskKind Kind => throw new NotImplementedException();

    /// <summary>Length, piece length, validators. Changes once, when a growing task learns its length.</summary>
    public ContentGeneration Generation => throw new NotImplementedException();

    /// <summary>What is remembered beside the bytes.</summary>
    public TaskDetails Details => throw new NotImplementedException();

    /// <summary>All pieces are finished and the length is known.</summary>
    public bool IsComplete => throw new NotImplementedException();

    /// <summary>The task was removed or replaced by another generation: finish reading, do not serve it to anybody new.</summary>
    public bool IsDetached => throw new NotImplementedException();

    /// <summary>Number of finished pieces.</summary>
    public int FinishedCount => throw new NotImplementedException();

    /// <summary>When it was first stored.</summary>
    public DateTimeOffset CreatedAt => throw new NotImplementedException();

    /// <summary>When all of it was there; null before.</summary>
    public DateTimeOffset? FinishedAt => throw new NotImplementedException();

    /// <summary>When it was last read or written by anybody, peers included; eviction takes the oldest.</summary>
    public DateTimeOffset LastUsedAt => throw new NotImplementedException();

    /// <summary>When the origin last confirmed the generation (fetch or 304); freshness counts from here.</summary>
    public DateTimeOffset ValidatedAt => throw new NotImplementedException();

    /// <summary>Finds a finished piece.</summary>
    /// <param name="number">Which piece.</param>
    /// <returns>The piece, or null when it is not finished.</returns>
    public FinishedPiece? Find(PieceNumber number) => throw new NotImplementedException();

    /// <summary>The finished pieces in order of number; a snapshot.</summary>
    /// <returns>The pieces.</returns>
    public IReadOnlyList<FinishedPiece> FinishedPieces() => throw new NotImplementedException();

    /// <summary>
    /// Follows the task: every piece that finishes from now on (each exactly once, after those already finished), until the task completes, is
    /// detached, or the token ends it. The way to wait for a piece without polling.
    /// </summary>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>First the finished pieces in order, then new ones as they finish.</returns>
    public IAsyncEnumerable<FinishedPiece> FollowAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes the right to write a piece.</summary>
    /// <param name="number">Which piece.</param>
    /// <returns>The claim; null when the piece is finished or somebody else holds the right.</returns>
    public PieceClaim? TryClaim(PieceNumber number) => throw new NotImplementedException();

    /// <summary>Tells the length of a growing task at the end of its source. Pieces must then reach exactly to it.</summary>
    /// <param name="contentLength">Bytes of the content.</param>
    public void FixLength(long contentLength) => throw new NotImplementedException();

    /// <summary>
    /// Makes sure that the stored bytes of these pieces are those that were verified, before they are served to anybody. Cheap when the file's
    /// change stamp (size, mtime, ctime, inode) is the one taken at commit; otherwise the pieces are hashed again, and those that are wrong or gone
    /// are dropped (no longer finished).
    /// </summary>
    /// <param name="first">First piece.</param>
    /// <param name="count">Number of pieces.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Numbers of pieces that were dropped; empty when all is well.</returns>
    public ValueTask<IReadOnlyList<PieceNumber>> VerifyAsync(PieceNumber first, int count, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Hashes one piece whatever the stamp says (a child complained) and drops it when it is wrong.</summary>
    /// <param name="number">Which piece.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it was wrong and has been dropped.</returns>
    public ValueTask<bool> RecheckAsync(PieceNumber number, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens the content for reading; share the handle, dispose it when done. Works on although the task is removed meanwhile.</summary>
    /// <returns>The handle, or a failure when the file is gone (the task's pieces are then dropped).</returns>
    public Result<ContentHandle> OpenContent() => throw new NotImplementedException();

    /// <summary>Writes the whole content to a file: temporary name beside it, reflink or copy (or hard link), digest, rename.</summary>
    /// <param name="request">Where and how.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <returns>Null on success, else why not; the output is untouched then.</returns>
    public Task<Failure?> ExportAsync(ExportRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Marks the task as used now.</summary>
    public void Touch() => throw new NotImplementedException();

    /// <summary>Notes that the origin confirmed this generation now.</summary>
    public void MarkValidated() => throw new NotImplementedException();
}
