// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Protocol.ErrorDetails.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf.WellKnownTypes;

namespace Dragonfly.Daemon.Downloads;

/// <content>What the scheduler is told of pieces. Reports made before it has answered the register are held until then.</content>
internal sealed partial class TaskDownload
{
    private readonly List<FinishedPiece> _heldReports = [];
    private bool _isStarted;

    private void ReportStarted()
    {
        if (!_isStarted)
        {
            _session?.Send(request => request.DownloadPeerStartedRequest = new DownloadPeerStartedRequest());
            FlushReports();
        }
    }

    private void FlushReports()
    {
        _isStarted = true;
        foreach (var piece in _heldReports)
        {
            Report(piece);
        }

        _heldReports.Clear();
    }

    private void Report(FinishedPiece piece)
    {
        if (!_isStarted)
        {
            _heldReports.Add(piece);
            return;
        }

        _session?.Send(request =>
        {
            if (piece.Origin == PieceOrigin.BackToSource)
            {
                request.DownloadPieceBackToSourceFinishedRequest = new DownloadPieceBackToSourceFinishedRequest { Piece = ToReport(piece) };
            }
            else
            {
                request.DownloadPieceFinishedRequest = new DownloadPieceFinishedRequest { Piece = ToReport(piece) };
            }
        });
    }

    private static Wire.Piece ToReport(FinishedPiece piece)
    {
        var report = new Wire.Piece
        {
            Number = (uint)piece.Number.Value,
            Offset = (ulong)piece.Range.Start,
            Length = (ulong)piece.Range.Length,
            Digest = piece.Digest,
            TrafficType = (Wire.TrafficType)(int)piece.Origin,
            Cost = Duration.FromTimeSpan(piece.Cost),
            CreatedAt = Timestamp.FromDateTimeOffset(piece.CreatedAt),
        };
        if (piece.Parent is { } parent)
        {
            report.ParentId = parent.Text;
        }

        return report;
    }

    private void ReportOriginFailure(Failure failure)
    {
        _session?.Send(request =>
        {
            var report = new DownloadPieceBackToSourceFailedRequest();
            if (failure.Origin is { } answer)
            {
                report.Backend = new Backend { Message = failure.Detail, StatusCode = answer.StatusCode ?? 0 };
                report.Backend.Header.Add(answer.Headers.ToDictionary());
            }
            else
            {
                report.Unknown = new Unknown { Message = failure.Detail };
            }

            request.DownloadPieceBackToSourceFailedRequest = report;
        });
    }
}
