package io.github.wxtoken.jdbc;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.core.statement.TemplateEngine;

/** The settings of JDBI for all connections of a store. */
final class JdbiSettings {
  /** The least length that JDBI accepts; it leaves no room for a value. */
  private static final int NO_PARAMETERS = 2;

  /** One for all stores, so that a JVM parses a statement once. It keeps what it has parsed. */
  private static final SqlParser PARSER = new ColonPrefixSqlParser();

  private JdbiSettings() {}

  static Jdbi on(DataSource dataSource) {
    Jdbi jdbi = Jdbi.create(dataSource);
    // By default, a message of JDBI shows the arguments of the statement.
    jdbi.configure(
        StatementExceptions.class,
        exceptions -> exceptions.setMessageRendering(MessageRendering.NONE));
    jdbi.configure(
        SqlStatements.class,
        statements ->
            statements
                // The default engine would take MySQL's operator <=> for the start of a template.
                .setTemplateEngine(TemplateEngine.NOP)
                .setSqlParser(PARSER)
                .setIncludeBindingsInTelemetry(false)
                .setJfrParamMaxLength(NO_PARAMETERS)
                .setScriptStatementsNeedSemicolon(false));
    return jdbi;
  }
}
