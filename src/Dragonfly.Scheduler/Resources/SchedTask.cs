// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Seeding;

namespace Dragonfly.Scheduler.Resources;

/// <summary>
/// One content and all who download it.
/// <para>
/// Ownership: everything here, the task's peers and their edges are changed by this task's <see cref="EventLoop{TEvent}"/> only; others call
/// <see cref="Post"/>. Shared with other tasks are the hosts, whose counters are interlocked. Nothing here waits or does I/O: answers go to
/// <see cref="IPeerChannel"/>, seeds are asked through <see cref="ISeeds"/> and report back as events.
/// </para>
/// <para>
/// Invariants: a peer is in the first <c>_servingCount</c> places of the list exactly when its state may serve; every edge is known at both ends and
/// to the parent's host's ledger; the number of peers that hold a grant is <c>_grants</c>, never above the limit.
/// </para>
/// </summary>
internal sealed partial class SchedTask
{
    private readonly SchedulerState _shared;
    private readonly EventLoop<TaskEvent> _loop;
    private int _pins;
    private bool _wake;

    /// <summary>Makes a pending task.</summary>
    public SchedTask(TaskId id, SchedulerState shared)
    {
        Id = id;
        _shared = shared;
        _loop = new EventLoop<TaskEvent>(Apply);
        _sequence = shared.NextSeed();
        CreatedAtTicks = shared.NowTicks;
        UpdatedAtTicks = CreatedAtTicks;
    }

    /// <summary>Its id.</summary>
    public TaskId Id { get; }

    /// <summary>Its kind, as the latest request says.</summary>
    public Wire.TaskType Type => Download?.Type ?? Wire.TaskType.Standard;

    /// <summary>Its state.</summary>
    public TaskState State { get; private set; }

    /// <summary>The latest request for it; null before the first.</summary>
    public Wire.Download? Download { get; private set; }

    /// <summary>Bytes of the content; null while nobody knows.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Bytes of a piece; 0 while nobody knows.</summary>
    public long PieceLength { get; private set; }

    /// <summary>Number of pieces; 0 while nobody knows.</summary>
    public uint PieceCount { get; private set; }

    /// <summary>When it was made, UTC ticks.</summary>
    public long CreatedAtTicks { get; }

    /// <summary>When it last changed, UTC ticks.</summary>
    public long UpdatedAtTicks { get; private set; }

    /// <summary>The pieces whose digests a source told, by number.</summary>
    public SortedDictionary<uint, Wire.Piece> SourcePieces { get; } = [];

    /// <summary>Tells the task that something happened; returns at once, the event is applied in order.</summary>
    public void Post(TaskEvent item) => _loop.Post(item);

    /// <summary>Looks at the task from inside its loop.</summary>
    /// <param name="look">Reads, quickly.</param>
    /// <returns>What was read.</returns>
    public Task<T> QueryAsync<T>(Func<SchedTask, T> look)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new TaskEvent(TaskEventKind.Query, null, () =>
        {
            try
            {
                answer.SetResult(look(this));
            }
            catch (Exception failure)
            {
                // Whoever asks must hear of it, not wait for ever.
                answer.SetException(failure);
            }
        }));
        return answer.Task;
    }

    /// <summary>Holds the task in its table.</summary>
    /// <returns>False when it has been retired.</returns>
    public bool TryPin()
    {
        if (Interlocked.Increment(ref _pins) > 0)
        {
            return true;
        }

        Interlocked.Decrement(ref _pins);
        return false;
    }

    /// <summary>Lets go of the task.</summary>
    public void Unpin() => Interlocked.Decrement(ref _pins);

    /// <summary>Makes every later <see cref="TryPin"/> fail, if nobody holds the task.</summary>
    public bool TryRetire() => Interlocked.CompareExchange(ref _pins, int.MinValue / 2, 0) == 0;

    private void Apply(TaskEvent item)
    {
        try
        {
            Dispatch(item);
            if (_wake)
            {
                WakeWaiters();
            }
        }
#pragma warning disable CA1031 // Top of the loop: one bad event must not end the task; the peer that sent it is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _shared.Telemetry.LoopFault(Id, item.Kind, failure);
            item.Peer?.Channel?.Fail(global::Grpc.Core.StatusCode.Internal, "the scheduler could not handle this message");
        }
    }

    private void Dispatch(in TaskEvent item)
    {
        switch (item.Kind)
        {
            case TaskEventKind.Registered:
                OnRegistered(item.Peer!, (Registration)item.Payload!);
                break;
            case TaskEventKind.Reported:
                OnReported(item.Peer!, (AnnouncePeerRequest)item.Payload!);
                break;
            case TaskEventKind.StreamClosed:
                OnStreamClosed(item.Peer!, (IPeerChannel)item.Payload!);
                break;
            case TaskEventKind.PeerLeft:
                Move(item.Peer!, PeerTransition.Leave);
                break;
            case TaskEventKind.SeedReported:
                OnSeedReported((SeedReport)item.Payload!);
                break;
            case TaskEventKind.SeedEnded:
                OnSeedEnded((SeedReport)item.Payload!);
                break;
            case TaskEventKind.Tick:
                OnTick();
                break;
            case TaskEventKind.Collect:
                OnCollect();
                break;
            case TaskEventKind.Query:
                ((Action)item.Payload!)();
                break;
        }
    }

    private void Move(TaskTransition transition)
    {
        if (TaskStates.Next(State, transition) is { } next)
        {
            State = next;
        }

        UpdatedAtTicks = _shared.NowTicks;
    }

    /// <summary>Takes what the request says about the content. A later request may know more than an earlier one, never less.</summary>
    private void Refresh(Wire.Download download)
    {
        Download = download;
        if (download.HasActualContentLength && download.ActualContentLength <= long.MaxValue)
        {
            ContentLength = (long)download.ActualContentLength;
        }

        PieceLength = download.HasActualPieceLength ? (long)download.ActualPieceLength
            : PieceLength > 0 ? PieceLength
            : (long)download.PieceLength;
        if (download.HasActualPieceCount)
        {
            PieceCount = (uint)Math.Min(download.ActualPieceCount, uint.MaxValue);
        }
    }
}
