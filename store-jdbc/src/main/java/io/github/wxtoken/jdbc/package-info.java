/**
 * Stores tokens in MySQL, MariaDB, PostgreSQL or SQLite. {@link
 * io.github.wxtoken.jdbc.JdbcTokenStore} is the only class that applications use; {@code
 * jdbc:mysql:}, {@code jdbc:mariadb:}, {@code jdbc:postgresql:} and {@code jdbc:sqlite:} URLs open
 * it through {@link io.github.wxtoken.store.TokenStores#open}. {@link
 * io.github.wxtoken.jdbc.ForeignTable} reads a table of another program for the command line.
 *
 * <p>The operations:
 *
 * <ul>
 *   <li>{@code JdbcTokenStore}: the store, its builder and its provider
 *   <li>{@code JdbcLeases}: leases in a table of their own
 *   <li>{@code Database}: runs one statement within a deadline, with retries
 *   <li>{@code FairPermits}: bounds the callers of the connection pool, in order
 *   <li>{@code JdbiSettings}: the settings of JDBI
 * </ul>
 *
 * <p>Tokens and tables:
 *
 * <ul>
 *   <li>{@code TokenTable}: the columns of a table of tokens, and the values for them
 *   <li>{@code TokenSql}: the statements on it
 *   <li>{@code TokenRows}: rows to tokens
 *   <li>{@code TokenInserts}: several tokens in one statement
 *   <li>{@code Field}, {@code Column}: a field of a token, and a column as the database describes
 *       it
 *   <li>{@code Table}, {@code UnfitTableException}: what a table must fulfil
 *   <li>{@code TableName}, {@code Schema}: the name of a table, and the DDL files
 * </ul>
 *
 * <p>Databases:
 *
 * <ul>
 *   <li>{@code Dialect}: the extension point for a further database, with {@code MysqlDialect},
 *       {@code PostgresqlDialect} and {@code SqliteDialect}
 *   <li>{@code Scheme}: the URLs that the store opens, each with its driver and its dialect
 *   <li>{@code Description}: describes the database for the log
 *   <li>{@code JdbcDiagnosis}, {@code MysqlDiagnosis}, {@code PostgresqlDiagnosis}: what operators
 *       should know about it
 * </ul>
 *
 * <p>Connections:
 *
 * <ul>
 *   <li>{@code Connections}: where connections come from, with {@code Pool} for a URL and {@code
 *       UsersConnections} for a {@code DataSource}
 *   <li>{@code RetryingDataSource}, {@code Backoff}, {@code ServerOpening}: attempts to connect
 *   <li>{@code BoundedWait}, {@code Autocommit}: bounds and checks on the application's connections
 *   <li>{@code SqlFailure}, {@code MysqlError}, {@code PostgresqlError}: an error in words, without
 *       the driver's text
 * </ul>
 *
 * <p>URL and TLS:
 *
 * <ul>
 *   <li>{@code JdbcUrl}: the hosts and the parameters of a URL
 *   <li>{@code Tls}: requires verified TLS to other machines, or what the URL names instead, with
 *       {@code TlsMode} and {@code TlsSetting}
 *   <li>{@code MysqlTls}: the options that {@code ConnectorJTls} and {@code MariadbTls} share
 *   <li>{@code TrustedCertificates}: the certificates by which MariaDB's driver is made to verify
 *   <li>{@code PostgresqlTls}: how PostgreSQL's driver is made to verify
 * </ul>
 */
@NullMarked
package io.github.wxtoken.jdbc;

import org.jspecify.annotations.NullMarked;
