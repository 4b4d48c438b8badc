// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <summary>
/// One caller's view of a <see cref="TaskDownload"/>. The download's loop writes, the caller reads; disposing tells the download that this caller no
/// longer wants it. The queue holds one small record per piece at most, so a slow reader costs no memory for content: it reads bytes from the store
/// when it takes the record.
/// </summary>
internal sealed class DownloadSubscription : IDisposable
{
    private readonly Channel<DownloadEvent> _events =
        Channel.CreateUnbounded<DownloadEvent>(new UnboundedChannelOptions { SingleWriter = true, SingleReader = true });

    private readonly TaskDownload _download;
    private int _disposed;
    private readonly HashSet<int> _told = [];
    private StoredTask? _growing;
    private int _left;

    internal DownloadSubscription(TaskDownload download, DownloadRequest request)
    {
        _download = download;
        Request = request;
    }

    /// <summary>What was asked.</summary>
    public DownloadRequest Request { get; }

    /// <summary>The peer that downloads for this caller.</summary>
    public PeerId Peer => _download.Peer;

    /// <summary>What happened; ends when all wanted pieces are here or the download failed.</summary>
    public ChannelReader<DownloadEvent> Events => _events.Reader;

    /// <summary>See <see cref="TaskDownload.Reported"/>.</summary>
    public Task Reported => _download.Reported;

    /// <summary>Why the download failed; null while it runs and on success.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The range that is wanted, once the length is known. Owned by the loop.</summary>
    internal ByteRange? Range { get; private set; }

    /// <summary>First wanted piece and number of pieces. Owned by the loop.</summary>
    internal (int First, int Count)? Pieces { get; private set; }

    /// <summary>Nothing more will be written. Owned by the loop.</summary>
    internal bool IsEnded { get; private set; }

    /// <summary>Leaves the download; the last one to leave stops it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _download.Leave(this);
        }
    }

    /// <summary>The caller has taken a piece's bytes and will not read them again.</summary>
    /// <param name="task">The generation.</param>
    /// <param name="number">The piece.</param>
    /// <returns>When the download knows.</returns>
    public ValueTask HandOverAsync(StoredTask task, PieceNumber number) => _download.HandOverAsync(task, number);

    /// <summary>All that this caller wants is here. Owned by the loop.</summary>
    internal bool IsSatisfied => Pieces is not null && _left == 0;

    /// <summary>Tells a caller that takes it of a content whose length is not known yet, and which pieces are here already. May be called again.</summary>
    /// <param name="task">The generation.</param>
    /// <param name="pieces">What is finished.</param>
    internal void StartGrowing(StoredTask task, PieceSet pieces)
    {
        if (!Request.TakesGrowing || Request.Range is not null || task == _growing)
        {
            return;
        }

        Grow(task);
        Pieces = null;
        var here = Finished(task, pieces, 0, pieces.Count).ToArray();
        _events.Writer.TryWrite(new DownloadEvent.Started(task, task.Generation, null, here, WasFinished: false));
        foreach (var piece in here)
        {
            Tell(piece, PieceOrigin.LocalPeer);
        }
    }

    /// <summary>Tells the caller what the content is, and which pieces are here already. The length must be known.</summary>
    /// <param name="task">The generation.</param>
    /// <param name="pieces">What is finished; what this caller wants is added.</param>
    internal void Start(StoredTask task, PieceSet pieces)
    {
        var layout = task.Generation.Layout;
        var length = layout.ContentLength.GetValueOrDefault();
        Range = null;
        Pieces = (0, layout.PieceCount.GetValueOrDefault());
        if (Request.Range is { } wanted)
        {
            Range = wanted.Resolve(length);
            if (Range is not { } range)
            {
                End(new Failure(FailureKind.Invalid, FailureSource.Caller, $"The content has {length} bytes, none of them in the range that was asked."));
                return;
            }

            var (first, count) = layout.PiecesOf(range);
            Pieces = (first.Value, count);
        }

        var (from, number) = Pieces.Value;
        pieces.Want(from, number);
        var here = Finished(task, pieces, from, number).ToArray();
        var grew = _growing == task;
        Grow(grew ? task : null);
        _left = number - _told.Count;
        _events.Writer.TryWrite(new DownloadEvent.Started(task, task.Generation, Range, here, number > 0 && here.Length == number && !grew));
        foreach (var piece in here)
        {
            if (!_told.Contains(piece.Number.Value))
            {
                Tell(piece, PieceOrigin.LocalPeer);
            }
        }
    }

    /// <summary>Tells the caller of a piece if it wants it.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="via">Where it came from.</param>
    internal void Tell(FinishedPiece piece, PieceOrigin via)
    {
        if (Pieces is { } wanted && piece.Number.Value >= wanted.First && piece.Number.Value < wanted.First + wanted.Count)
        {
            _left--;
            _events.Writer.TryWrite(new DownloadEvent.Piece(piece, via));
        }
        else if (Pieces is null && _growing is not null && _told.Add(piece.Number.Value))
        {
            _events.Writer.TryWrite(new DownloadEvent.Piece(piece, via));
        }
    }

    /// <summary>Ends the caller's view.</summary>
    /// <param name="failure">Why; null on success.</param>
    internal void End(Failure? failure)
    {
        IsEnded = true;
        Failure ??= failure;
        _events.Writer.TryComplete();
    }

    /// <summary>What was told of another generation does not count any more.</summary>
    private void Grow(StoredTask? task)
    {
        if (task != _growing)
        {
            _growing = task;
            _told.Clear();
        }
    }

    private static IEnumerable<FinishedPiece> Finished(StoredTask task, PieceSet pieces, int first, int count) =>
        Enumerable.Range(first, count).Where(pieces.IsFinished).Select(piece => task.Find(new PieceNumber(piece))).OfType<FinishedPiece>();
}
