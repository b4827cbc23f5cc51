package io.github.wxtoken;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.wxtoken.store.RedactedException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The types that core may depend on, and those that are public: docs/design.md#modules. */
class LayersTest {
  private static final JavaClasses core =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/simulator/"))
          .importPackages("io.github.wxtoken");

  @Test
  void thisIsAboutAllOfCore() {
    assertThat(core.contain(WeChatOAuth.class)).isTrue();
    assertThat(core.contain(HttpExchange.class)).isTrue();
    assertThat(core.contain(LayersTest.class)).isFalse();
  }

  @Test
  void coreDependsOnTheJdkJacksonCoreAndSlf4jAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.github.wxtoken",
            "io.github.wxtoken.store",
            "java..",
            "javax.crypto..",
            "javax.net.ssl..",
            "tools.jackson.core..",
            "org.slf4j",
            "org.jspecify.annotations")
        .check(core);
  }

  @Test
  void coreIsTheClientAndTheStores() {
    classes()
        .should()
        .resideInAnyPackage("io.github.wxtoken", "io.github.wxtoken.store")
        .check(core);
  }

  /** The stores know of the client what a token is, and what its hooks and its exceptions are. */
  @Test
  void theStoresDependOnFourTypesOfTheClient() {
    noClasses()
        .that()
        .resideInAPackage("io.github.wxtoken.store")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.github.wxtoken")
                .and(
                    not(
                        belongToAnyOf(
                            OAuthToken.class,
                            WeChatOAuthException.class,
                            TokenReader.class,
                            TokenWriter.class))))
        .check(core);
  }

  /** A package-info that is a map names every class. */
  @ParameterizedTest
  @ValueSource(
      strings = {"src/main/java/io/github/wxtoken", "src/main/java/io/github/wxtoken/store"})
  void theMapOfAPackageNamesEachOfItsClasses(Path directory) throws IOException {
    String map = Files.readString(directory.resolve("package-info.java"));
    try (Stream<Path> sources = Files.list(directory)) {
      assertThat(sources)
          .extracting(source -> source.getFileName().toString())
          .filteredOn(name -> name.endsWith(".java") && !name.equals("package-info.java"))
          .extracting(name -> name.substring(0, name.length() - ".java".length()))
          .hasSizeGreaterThan(20)
          .allSatisfy(name -> assertThat(map).containsPattern("[. ]" + name + "\\}"));
    }
  }

  @Test
  void nothingButExceptionsIsMadeToBeSerialized() {
    assertThat(core)
        .filteredOn(type -> !type.isAssignableTo(Throwable.class))
        .filteredOn(
            type ->
                type.getRawInterfaces().stream()
                    .anyMatch(i -> i.isEquivalentTo(Serializable.class)))
        .isEmpty();
  }

  /** Users throw them in their own tests. RedactedException is made by a method. */
  @Test
  void everyExceptionHasAPublicConstructor() {
    assertThat(core)
        .filteredOn(type -> type.isAssignableTo(Throwable.class))
        .filteredOn(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .filteredOn(type -> !type.isEquivalentTo(RedactedException.class))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            type ->
                assertThat(type.getConstructors())
                    .anyMatch(made -> made.getModifiers().contains(JavaModifier.PUBLIC)));
  }

  @Test
  void nothingIsPrinted() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(core);
  }

  @Test
  void logsGoToSlf4j() {
    noClasses().should(USE_JAVA_UTIL_LOGGING).check(core);
  }

  @Test
  void noMethodIsSynchronized() {
    noMethods().should().haveModifier(SYNCHRONIZED).check(core);
  }

  /** A virtual thread that waits in a monitor pins its carrier, on Java 21. */
  @Test
  void noSourceHasASynchronizedBlock() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      assertThat(sources.filter(path -> path.toString().endsWith(".java")))
          .hasSizeGreaterThan(20)
          .allSatisfy(
              source -> assertThat(Files.readString(source)).doesNotContain("synchronized"));
    }
  }

  @Test
  void onlyTheApiIsPublic() {
    assertThat(core)
        .filteredOn(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .filteredOn(type -> !isInsideOfHidden(type))
        .extracting(JavaClass::getName)
        .extracting(name -> name.substring("io.github.wxtoken.".length()))
        .containsExactlyInAnyOrder(
            "WeChatOAuth",
            "WeChatOAuth$Builder",
            "ClientBuilder",
            "WeChatApp",
            "WeChatApp$Builder",
            "WeChatApps",
            "WeChatApps$Builder",
            "AppAccessToken",
            "AppCall",
            "AppCredentials",
            "AppTicket",
            "AppTokenMode",
            "TicketType",
            "JsapiSignature",
            "PhoneNumber",
            "ForcedRefreshLimitException",
            "OAuthToken",
            "OAuthToken$Builder",
            "UserInfo",
            "MiniProgramUser",
            "Scope",
            "Lang",
            "RefreshPolicy",
            "WeChatOAuthListener",
            "WeChatOAuthListener$AppRecord",
            "WeChatOAuthListener$Endpoint",
            "WeChatOAuthListener$FetchOutcome",
            "WeChatOAuthListener$FetchReason",
            "WeChatOAuthListener$ExchangeOutcome",
            "WeChatOAuthListener$ProfileOutcome",
            "WeChatOAuthListener$RefreshOutcome",
            "WeChatOAuthListener$SignInOutcome",
            "WeChatOAuthListener$StoreOperation",
            "WeChatOAuthListener$UnsavedToken",
            "WeChatOAuthListener$CodeReplay",
            "TokenReader",
            "TokenWriter",
            "store.TokenStore",
            "store.Lease",
            "store.LeaseAvailability",
            "store.LeaseUnavailableException",
            "store.TimedLease",
            "store.TokenStores",
            "store.TokenStoreProvider",
            "store.StoreOptions",
            "store.MemoryTokenStore",
            "store.FileTokenStore",
            "WeChatOAuthException",
            "WeChatApiException",
            "WeChatTransportException",
            "ReauthorizationRequiredException",
            "NoTokenException",
            "CodeAlreadyUsedException",
            "store.TokenStoreException",
            "TokenNotSavedException",
            "store.CorruptTokenException",
            "store.RedactedException",
            "store.TokenCipher",
            "store.AesGcmTokenCipher",
            "store.AesGcmTokenCipher$Builder",
            "store.EncryptedTokenStore",
            "store.Reencryption",
            "VerifiedState",
            "InvalidStateException",
            "CallbackResult",
            "CallbackResult$SignedIn",
            "CallbackResult$Repeated",
            "CallbackResult$Denied",
            "CallbackResult$SnapshotUser",
            "CallbackResult$StartAgain",
            "CallbackResult$FailedForNow",
            "CallbackResult$Reason",
            "CodeOutcomeUnknownException",
            "store.FailureReason",
            "store.ForwardingTokenStore",
            "store.LeaseRequest",
            "store.OperationDeadline",
            "store.StoreFinding",
            "store.StoreFinding$Severity",
            "store.StoreState",
            "store.TokenRecords",
            "store.TokenScan",
            "store.TokenScan$Page",
            "store.TokenScan$PageReader");
  }

  private static boolean isInsideOfHidden(JavaClass type) {
    return type.getEnclosingClass()
        .map(outer -> !outer.getModifiers().contains(JavaModifier.PUBLIC))
        .orElse(false);
  }
}
