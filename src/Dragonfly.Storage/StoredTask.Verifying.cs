// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage.Content;
using Dragonfly.Storage.Metadata;
using Dragonfly.Storage.Native;

namespace Dragonfly.Storage;

/// <content>
/// Are the stored bytes still those that were verified? The basis of trust is a change stamp (<c>_stamp</c>) while nobody writes, and our own writing
/// (<c>_inode</c>, each piece verified as it is committed) while somebody does. Each slot says whether its piece was seen to be right under the
/// present basis. When the file is found to differ from the basis, all slots are in doubt and are hashed as they are asked for.
/// </content>
public sealed partial class StoredTask
{
    // A file that keeps changing while it is hashed is being written by somebody else: after so many tries it is given up.
    private const int MaxHashRounds = 3;

    private ChangeStamp? _stamp;
    private ulong _inode;
    private bool _synced;
    private SemaphoreSlim? _verifying;

    /// <summary>
    /// Makes sure that the stored bytes of these pieces are those that were verified, before they are served to anybody. Cheap when the file's
    /// change stamp (size, mtime, ctime, inode) is the one taken at commit; otherwise the pieces are hashed again, and those that are wrong or gone
    /// are dropped (no longer finished). Of a task that was removed or replaced nothing can be verified: the path may be another generation's.
    /// </summary>
    /// <param name="first">First piece.</param>
    /// <param name="count">Number of pieces.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Numbers of pieces that were dropped; empty when all is well.</returns>
    public ValueTask<IReadOnlyList<PieceNumber>> VerifyAsync(PieceNumber first, int count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_detached && FileFacts.TryRead(Path, out var facts) && IsBasis(facts.Stamp) && AllVerified(first.Value, count))
            {
                return new ValueTask<IReadOnlyList<PieceNumber>>([]);
            }
        }

        return new ValueTask<IReadOnlyList<PieceNumber>>(VerifySlowAsync(first.Value, count, cancellationToken));
    }

    /// <summary>No piece would be hashed before it is served, should the file be as it was.</summary>
    internal bool IsTrusted
    {
        get
        {
            lock (_gate)
            {
                return _stamp is not null && AllVerified(0, _slots.Length);
            }
        }
    }

    /// <summary>Hashes one piece whatever the stamp says (a child complained) and drops it when it is wrong.</summary>
    /// <param name="number">Which piece.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it was wrong and has been dropped.</returns>
    public async ValueTask<bool> RecheckAsync(PieceNumber number, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (number.Value >= _slots.Length || _slots[number.Value].Piece is null)
            {
                return false;
            }

            _slots[number.Value].Verified = false;
        }

        return (await VerifySlowAsync(number.Value, 1, cancellationToken)).Count == 0;
    }

    private async Task<IReadOnlyList<PieceNumber>> VerifySlowAsync(int first, int count, CancellationToken cancellationToken)
    {
        SemaphoreSlim turn;
        lock (_gate)
        {
            turn = _verifying ??= new SemaphoreSlim(1, 1);
        }

        // One at a time: the second asker mostly finds the first one's work done.
        await turn.WaitAsync(cancellationToken);
        try
        {
            // Hashing blocks on the disk, and this may have been called from the loop that serves sockets.
            return await Task.Run(() => Verify(first, count, cancellationToken), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private List<PieceNumber> Verify(int first, int count, CancellationToken cancellationToken)
    {
        List<FinishedPiece> before;
        lock (_gate)
        {
            before = FinishedIn(first, count);
        }

        for (var round = 0; round < MaxHashRounds; round++)
        {
            if (!StartRound() || HashRound(first, count, cancellationToken))
            {
                break;
            }

            if (round == MaxHashRounds - 1)
            {
                lock (_gate)
                {
                    LoseEverything();
                }
            }
        }

        lock (_gate)
        {
            RecordStamp();
            return [.. before.Where(piece => _detached || !ReferenceEquals(_slots[piece.Number.Value].Piece, piece)).Select(piece => piece.Number)];
        }
    }

    /// <summary>Sets the basis for hashing.</summary>
    /// <returns>False when the file is gone.</returns>
    private bool StartRound()
    {
        lock (_gate)
        {
            if (_detached || !FileFacts.TryRead(Path, out var facts))
            {
                LoseEverything();
                return false;
            }

            if (!IsBasis(facts.Stamp))
            {
                DoubtUnless(facts.Stamp);
                _file?.Forget();
                if (_writers == 0)
                {
                    _stamp = facts.Stamp;
                }
                else
                {
                    _inode = facts.Stamp.Inode;
                }
            }

            return true;
        }
    }

    /// <summary>Hashes what is in doubt of the asked pieces.</summary>
    /// <returns>False when the file changed meanwhile and all has to be done again.</returns>
    private bool HashRound(int first, int count, CancellationToken cancellationToken)
    {
        using var file = OpenForHashing();
        if (file is null)
        {
            return false;
        }

        List<FinishedPiece> doubtful;
        lock (_gate)
        {
            doubtful = FinishedIn(first, count).FindAll(piece => !_slots[piece.Number.Value].Verified);
        }

        foreach (var piece in doubtful)
        {
            var good = PieceHash.Compute(file.Stream.SafeFileHandle, piece.Range, cancellationToken) == piece.Crc;
            lock (_gate)
            {
                if (_detached || !FileFacts.TryRead(Path, out var facts) || !IsBasis(facts.Stamp))
                {
                    return false;
                }

                Judge(piece, good, facts);
            }
        }

        return true;
    }

    private ContentHandle? OpenForHashing()
    {
        lock (_gate)
        {
            return _detached ? null : File.Open().Value;
        }
    }

    private void Judge(FinishedPiece piece, bool good, FileFacts facts)
    {
        ref var slot = ref _slots[piece.Number.Value];
        if (!ReferenceEquals(slot.Piece, piece))
        {
            return;
        }

        if (good)
        {
            slot.Verified = true;
        }
        else if (facts.Links > 1)
        {
            // A hard-linked output was edited. Writing the right bytes in place would change the user's file: leave it to its owner and begin a new one.
            System.IO.File.Delete(Path);
            LoseEverything();
        }
        else
        {
            Drop(piece);
        }
    }

    private void Drop(FinishedPiece piece)
    {
        Remove(piece.Number);
        using var file = OpenQuietly();
        Discard(piece.Number, piece.Range, file);
        if (_writers == 0 && FileFacts.TryRead(Path, out var facts))
        {
            // Punching the hole changed the times: that was us.
            _stamp = facts.Stamp;
        }
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle? OpenQuietly()
    {
        try
        {
            return System.IO.File.OpenHandle(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The file is gone or hopeless: no piece is finished any more. Nothing is left to lose once the task is detached, least of all its bytes a second time from the store's account.</summary>
    private void LoseEverything()
    {
        if (_detached)
        {
            return;
        }

        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].Piece is not null)
            {
                Remove(new PieceNumber(i));
                _store.TryAppend(new RecordWriter(RecordType.PieceDropped, Handle).Int32(i));
            }
        }

        foreach (var number in _partials?.Keys ?? Enumerable.Empty<int>())
        {
            _store.TryAppend(new RecordWriter(RecordType.PieceDropped, Handle).Int32(number));
        }

        _partials?.Clear();
        _stamp = null;
        _file?.Forget();
    }

    /// <summary>Takes the stamp as the basis from now on; everybody has stopped writing.</summary>
    private void TakeStamp()
    {
        if (FileFacts.TryRead(Path, out var facts) && facts.Stamp.Inode == _inode)
        {
            _stamp = facts.Stamp;
        }
        else
        {
            LoseEverything();
        }
    }

    /// <summary>Writes the stamp to the journal when it vouches for every finished piece.</summary>
    private void RecordStamp()
    {
        if (_stamp is { } stamp && stamp != _recordedStamp && AllVerified(0, _slots.Length))
        {
            _recordedStamp = stamp;
            _synced = false;
            _store.TryAppend(StampRecord(stamp));
        }
    }

    private void DoubtUnless(ChangeStamp stamp)
    {
        if (IsBasis(stamp))
        {
            return;
        }

        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].Verified = false;
        }
    }

    private bool IsBasis(ChangeStamp found) =>
        _stamp is { } stamp
            ? found == stamp
            : _writers > 0 && found.Inode == _inode && (_layout.ContentLength is not { } length || found.Size == length);

    private bool AllVerified(int first, int count)
    {
        var end = (int)Math.Min((long)first + count, _slots.Length);
        for (var i = first; i < end; i++)
        {
            if (_slots[i] is { Piece: not null, Verified: false })
            {
                return false;
            }
        }

        return true;
    }

    private List<FinishedPiece> FinishedIn(int first, int count)
    {
        var found = new List<FinishedPiece>();
        var end = (int)Math.Min((long)first + count, _slots.Length);
        for (var i = first; i < end; i++)
        {
            if (_slots[i].Piece is { } piece)
            {
                found.Add(piece);
            }
        }

        return found;
    }
}
