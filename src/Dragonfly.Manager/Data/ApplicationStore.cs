// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>Applications. Thread safe.</summary>
internal sealed class ApplicationStore(ManagerDatabase database)
{
    internal async Task<IReadOnlyList<Application>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        return await context.Applications.AsNoTracking().OrderBy(x => x.Id).ToListAsync(cancellationToken);
    }
}
