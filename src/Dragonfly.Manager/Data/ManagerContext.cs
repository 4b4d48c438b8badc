// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Dragonfly.Manager.Data;

/// <summary>
/// The tables that the cluster needs, on SQLite and on PostgreSQL. The schema is made by <see cref="Migrations"/>, not from this model; the store
/// suite runs on both databases and fails when the two disagree.
/// </summary>
internal sealed class ManagerContext(DbContextOptions<ManagerContext> options) : DbContext(options)
{
    public DbSet<SchedulerCluster> SchedulerClusters => Set<SchedulerCluster>();

    public DbSet<SeedPeerCluster> SeedPeerClusters => Set<SeedPeerCluster>();

    public DbSet<ClusterLink> ClusterLinks => Set<ClusterLink>();

    public DbSet<Scheduler> Schedulers => Set<Scheduler>();

    public DbSet<SeedPeer> SeedPeers => Set<SeedPeer>();

    public DbSet<Peer> Peers => Set<Peer>();

    public DbSet<Application> Applications => Set<Application>();

    public DbSet<Setting> Settings => Set<Setting>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SchedulerCluster>().ToTable("scheduler_cluster");
        modelBuilder.Entity<SeedPeerCluster>().ToTable("seed_peer_cluster");
        modelBuilder.Entity<ClusterLink>().ToTable("seed_peer_cluster_scheduler_cluster")
            .HasKey(x => new { x.SeedPeerClusterId, x.SchedulerClusterId });
        modelBuilder.Entity<Scheduler>().ToTable("scheduler");
        modelBuilder.Entity<SeedPeer>().ToTable("seed_peer");
        modelBuilder.Entity<Peer>().ToTable("peer");
        modelBuilder.Entity<Application>().ToTable("application");
        modelBuilder.Entity<Setting>().ToTable("config");

        // SQLite hands times back without a kind, and PostgreSQL refuses times that are not UTC.
        var utc = new ValueConverter<DateTime, DateTime>(x => x, x => DateTime.SpecifyKind(x, DateTimeKind.Utc));
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(x => x.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
            if (property.ClrType == typeof(DateTime))
            {
                property.SetValueConverter(utc);
            }
        }
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
