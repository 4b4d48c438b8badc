// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>The state machine of a peer as pure functions, and the words for it.</summary>
internal static class PeerStates
{
    private static readonly string[] _words = Enum.GetNames<PeerState>();

    /// <summary>The wire's word.</summary>
    public static string Word(this PeerState state) => _words[(int)state];

    /// <summary>Registered and not yet started.</summary>
    public static bool IsReceived(this PeerState state) => state is >= PeerState.ReceivedEmpty and <= PeerState.ReceivedNormal;

    /// <summary>Not over: the peer may still act on its own.</summary>
    public static bool IsActive(this PeerState state) => state <= PeerState.BackToSource;

    /// <summary>Has, or is getting, content that others may take.</summary>
    public static bool MayServe(this PeerState state) =>
        state is PeerState.Running or PeerState.BackToSource or PeerState.Succeeded;

    /// <summary>Where a transition leads.</summary>
    /// <returns>The new state, or null where the table has none.</returns>
    public static PeerState? Next(PeerState from, PeerTransition transition) => transition switch
    {
        PeerTransition.RegisterEmpty when from is PeerState.Pending => PeerState.ReceivedEmpty,
        PeerTransition.RegisterNormal when from is PeerState.Pending => PeerState.ReceivedNormal,
        PeerTransition.Download when from.IsReceived() => PeerState.Running,
        PeerTransition.DownloadBackToSource when from.IsReceived() || from is PeerState.Running => PeerState.BackToSource,
        PeerTransition.DownloadSucceeded when from.IsReceived() || from is PeerState.Running or PeerState.BackToSource => PeerState.Succeeded,
        PeerTransition.DownloadFailed when from is not (PeerState.Failed or PeerState.Leave) => PeerState.Failed,
        PeerTransition.Leave when from is not PeerState.Leave => PeerState.Leave,
        _ => null,
    };
}
