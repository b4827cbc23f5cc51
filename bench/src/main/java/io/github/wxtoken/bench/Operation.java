package io.github.wxtoken.bench;

/** The measured operations. */
enum Operation {
  GET_TOKEN("getToken"),
  SAVE_TOKEN("saveToken"),
  REPLACE_TOKEN("replaceToken");

  /** The method of {@link io.github.wxtoken.store.TokenStore}. */
  final String method;

  Operation(String method) {
    this.method = method;
  }

  Object run(Workload<?> workload) throws Exception {
    return switch (this) {
      case GET_TOKEN -> workload.get();
      case SAVE_TOKEN -> workload.save();
      case REPLACE_TOKEN -> workload.replace();
    };
  }
}
