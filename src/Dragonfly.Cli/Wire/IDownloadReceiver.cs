// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Wire;

/// <summary>Hears what a daemon says about one download.</summary>
internal interface IDownloadReceiver
{
    /// <summary>The length and the list of pieces are known.</summary>
    void OnStarted(StartedTask task);

    /// <summary>A piece is finished; its content is valid during the call only.</summary>
    void OnPiece(PieceArrival piece);
}
