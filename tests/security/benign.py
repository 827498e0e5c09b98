"""Real models, and what predicts from them: files that must load without anybody's leave."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import io
import pathlib
import uuid
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """An object, and what it says of data it is asked about."""

    made: Any
    answers: Callable[[Any], Any]


_RANDOM = np.random.RandomState(0)
X = _RANDOM.rand(60, 5)
Y = (X[:, 0] + X[:, 1] > 1).astype(int)
Y3 = np.digitize(X[:, 0], [0.33, 0.66])
T = X @ np.arange(5) + 0.1
TEXTS = ["a small cat", "a big dog", "the cat and the dog", "no pets at all", "dog dog cat"] * 4
TEXT_Y = np.array([0, 1, 1, 0, 1] * 4)


def _predicts(model: Any) -> Any:
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def _transforms(model: Any) -> Any:
    found = model.transform(X)
    return found.toarray() if hasattr(found, "toarray") else found


def estimators() -> dict[str, Case]:
    """Estimators of scikit-learn that were fitted."""
    from sklearn import (
        cluster,
        covariance,
        cross_decomposition,
        decomposition,
        discriminant_analysis,
        dummy,
        ensemble,
        feature_selection,
        gaussian_process,
        isotonic,
        kernel_approximation,
        kernel_ridge,
        linear_model,
        mixture,
        model_selection,
        multiclass,
        multioutput,
        naive_bayes,
        neighbors,
        neural_network,
        preprocessing,
        random_projection,
        semi_supervised,
        svm,
        tree,
    )
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
    from sklearn.impute import KNNImputer, SimpleImputer
    from sklearn.pipeline import FeatureUnion, make_pipeline

    kernel = gaussian_process.kernels
    small: dict[str, Any] = {"n_estimators": 4, "random_state": 0}
    classifiers = [
        linear_model.LogisticRegression(),
        linear_model.LogisticRegressionCV(Cs=2, cv=2),
        linear_model.SGDClassifier(loss="log_loss", random_state=0),
        linear_model.SGDClassifier(loss="modified_huber", random_state=0),
        linear_model.Perceptron(random_state=0),
        linear_model.RidgeClassifier(),
        linear_model.SGDClassifier(loss="squared_hinge", random_state=0),
        tree.DecisionTreeClassifier(random_state=0),
        tree.ExtraTreeClassifier(random_state=0),
        ensemble.RandomForestClassifier(**small),
        ensemble.ExtraTreesClassifier(**small),
        ensemble.GradientBoostingClassifier(**small),
        ensemble.HistGradientBoostingClassifier(max_iter=4, min_samples_leaf=3),
        ensemble.AdaBoostClassifier(**small),
        ensemble.BaggingClassifier(**small),
        ensemble.BaggingClassifier(max_features=0.5, **small),
        ensemble.VotingClassifier([("a", naive_bayes.GaussianNB()), ("b", svm.LinearSVC())]),
        ensemble.StackingClassifier(
            [("a", naive_bayes.GaussianNB()), ("b", tree.DecisionTreeClassifier(max_depth=2))], cv=2
        ),
        svm.SVC(),
        svm.SVC(kernel="linear"),
        svm.NuSVC(),
        svm.LinearSVC(),
        neighbors.KNeighborsClassifier(),
        neighbors.KNeighborsClassifier(algorithm="kd_tree"),
        neighbors.KNeighborsClassifier(algorithm="ball_tree", metric="manhattan"),
        neighbors.RadiusNeighborsClassifier(radius=2.0),
        neighbors.NearestCentroid(),
        naive_bayes.GaussianNB(),
        naive_bayes.MultinomialNB(),
        naive_bayes.ComplementNB(),
        naive_bayes.BernoulliNB(),
        naive_bayes.CategoricalNB(),
        neural_network.MLPClassifier(hidden_layer_sizes=(4,), max_iter=20, random_state=0),
        neural_network.MLPClassifier(solver="sgd", early_stopping=True, max_iter=9, random_state=0),
        gaussian_process.GaussianProcessClassifier(),
        discriminant_analysis.LinearDiscriminantAnalysis(),
        discriminant_analysis.QuadraticDiscriminantAnalysis(),
        dummy.DummyClassifier(),
        semi_supervised.LabelPropagation(),
        semi_supervised.LabelSpreading(kernel="knn"),
        CalibratedClassifierCV(svm.LinearSVC(), cv=2),
        CalibratedClassifierCV(naive_bayes.GaussianNB(), method="isotonic", cv=2),
        model_selection.GridSearchCV(svm.SVC(), {"C": [0.1, 1.0]}, cv=2, scoring="accuracy"),
        model_selection.GridSearchCV(
            tree.DecisionTreeClassifier(), {"max_depth": [1, 2]}, scoring="roc_auc"
        ),
        model_selection.RandomizedSearchCV(
            linear_model.LogisticRegression(), {"C": [0.1, 1.0, 2.0]}, n_iter=2, random_state=0
        ),
        model_selection.GridSearchCV(
            make_pipeline(preprocessing.StandardScaler(), svm.SVC()),
            {"svc__C": [1, 2]},
            cv=model_selection.StratifiedKFold(2, shuffle=True, random_state=0),
            scoring={"a": "accuracy", "f": "f1"},
            refit="f",
        ),
        multiclass.OneVsRestClassifier(linear_model.LogisticRegression()),
        multiclass.OneVsOneClassifier(svm.LinearSVC()),
        multiclass.OutputCodeClassifier(svm.LinearSVC(), random_state=0),
        make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()),
        make_pipeline(preprocessing.MinMaxScaler(), decomposition.PCA(2), svm.SVC()),
        make_pipeline(
            ColumnTransformer(
                [
                    ("scale", preprocessing.StandardScaler(), [0, 1]),
                    (
                        "bins",
                        preprocessing.KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf"),
                        [2, 3],
                    ),
                ],
                remainder="passthrough",
            ),
            ensemble.RandomForestClassifier(**small),
        ),
        make_pipeline(
            feature_selection.SelectKBest(feature_selection.f_classif, k=2),
            linear_model.LogisticRegression(),
        ),
        make_pipeline(preprocessing.FunctionTransformer(np.log1p), naive_bayes.GaussianNB()),
        make_pipeline(
            FeatureUnion([("a", decomposition.PCA(2)), ("b", preprocessing.RobustScaler())]),
            linear_model.LogisticRegression(),
        ),
    ]
    three = [
        linear_model.LogisticRegression(),
        ensemble.GradientBoostingClassifier(**small),
        ensemble.HistGradientBoostingClassifier(
            max_iter=3, min_samples_leaf=3, early_stopping=True, random_state=0
        ),
        ensemble.RandomForestClassifier(n_jobs=1, oob_score=False, **small),
        svm.SVC(),
        gaussian_process.GaussianProcessClassifier(kernel.RBF(1.0)),
        neural_network.MLPClassifier(hidden_layer_sizes=(3,), max_iter=9, random_state=0),
    ]
    regressors = [
        linear_model.LinearRegression(),
        linear_model.Ridge(),
        linear_model.RidgeCV(),
        linear_model.Lasso(),
        linear_model.LassoCV(cv=2),
        linear_model.ElasticNet(),
        linear_model.BayesianRidge(),
        linear_model.HuberRegressor(),
        linear_model.PoissonRegressor(),
        linear_model.SGDRegressor(random_state=0),
        linear_model.QuantileRegressor(),
        linear_model.RANSACRegressor(random_state=0),
        linear_model.TheilSenRegressor(random_state=0, max_subpopulation=50),
        tree.DecisionTreeRegressor(),
        ensemble.RandomForestRegressor(**small),
        ensemble.ExtraTreesRegressor(**small),
        ensemble.GradientBoostingRegressor(**small),
        ensemble.GradientBoostingRegressor(loss="quantile", **small),
        ensemble.HistGradientBoostingRegressor(max_iter=3, min_samples_leaf=3),
        ensemble.HistGradientBoostingRegressor(
            loss="poisson", max_iter=3, min_samples_leaf=3, categorical_features=[4]
        ),
        ensemble.AdaBoostRegressor(**small),
        ensemble.BaggingRegressor(**small),
        ensemble.StackingRegressor([("a", linear_model.Ridge()), ("b", svm.SVR())], cv=2),
        ensemble.VotingRegressor([("a", linear_model.Ridge()), ("b", svm.SVR())]),
        svm.SVR(),
        svm.LinearSVR(),
        neighbors.KNeighborsRegressor(weights="distance"),
        neural_network.MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, random_state=0),
        gaussian_process.GaussianProcessRegressor(
            kernel.ConstantKernel() * kernel.RBF() + kernel.WhiteKernel(), random_state=0
        ),
        kernel_ridge.KernelRidge(kernel="rbf"),
        cross_decomposition.PLSRegression(),
        TransformedTargetRegressor(linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1),
        multioutput.RegressorChain(linear_model.Ridge()),
        cluster.KMeans(2, n_init=2, random_state=0),
        cluster.MiniBatchKMeans(2, n_init=2, random_state=0),
        cluster.MeanShift(),
        cluster.AffinityPropagation(random_state=0),
        cluster.Birch(threshold=0.3),
        mixture.GaussianMixture(2, random_state=0),
        mixture.BayesianGaussianMixture(n_components=2, random_state=0),
        ensemble.IsolationForest(**small),
        neighbors.LocalOutlierFactor(novelty=True),
        svm.OneClassSVM(),
        covariance.EllipticEnvelope(random_state=0),
        linear_model.SGDOneClassSVM(random_state=0),
        neighbors.KernelDensity(),
    ]
    transformers = [
        preprocessing.StandardScaler(),
        preprocessing.MaxAbsScaler(),
        preprocessing.QuantileTransformer(n_quantiles=9),
        preprocessing.PowerTransformer(),
        preprocessing.PolynomialFeatures(2),
        preprocessing.SplineTransformer(),
        preprocessing.Normalizer(),
        preprocessing.Binarizer(),
        decomposition.PCA(2),
        decomposition.IncrementalPCA(2),
        decomposition.KernelPCA(2, kernel="rbf"),
        decomposition.TruncatedSVD(2),
        decomposition.NMF(2, max_iter=999, random_state=0),
        decomposition.FastICA(2, random_state=0),
        decomposition.FactorAnalysis(2),
        decomposition.LatentDirichletAllocation(2, max_iter=2, random_state=0),
        random_projection.GaussianRandomProjection(2, random_state=0),
        random_projection.SparseRandomProjection(2, random_state=0),
        kernel_approximation.RBFSampler(n_components=4, random_state=0),
        kernel_approximation.Nystroem(n_components=4, random_state=0),
        feature_selection.VarianceThreshold(),
        ensemble.RandomTreesEmbedding(**small),
        KNNImputer(),
        SimpleImputer(),
        neighbors.NeighborhoodComponentsAnalysis(2, max_iter=3, random_state=0),
        cluster.FeatureAgglomeration(2),
    ]
    cases: dict[str, Case] = {}

    def add(model: Any, answers: Callable[[Any], Any]) -> None:
        cases[f"{type(model).__name__}-{len(cases)}"] = Case(model, answers)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for each in classifiers:
            counts = isinstance(each, naive_bayes.CategoricalNB)
            add(
                each.fit((X > 0.5).astype(int) if counts else X, Y),
                lambda m, c=counts: m.predict_proba((X > 0.5).astype(int)) if c else _predicts(m),
            )
        for each in three:
            add(each.fit(X, Y3), _predicts)
        for each in regressors:
            target = np.c_[T, T] if isinstance(each, multioutput.RegressorChain) else T
            data = np.c_[X[:, :4], Y] if getattr(each, "categorical_features", None) == [4] else X
            add(
                each.fit(data, target),
                (lambda m: m.score_samples(X))
                if isinstance(each, neighbors.KernelDensity)
                else (lambda m, d=data: m.predict(d)),
            )
        for each in transformers:
            add(each.fit(X, Y), _transforms)
        encoder = preprocessing.OneHotEncoder().fit([["a", 1], ["b", 2]])
        add(encoder, lambda m: m.transform([["a", 2]]).toarray())
        ordinal = preprocessing.OrdinalEncoder().fit([["a"], ["b"]])
        add(ordinal, lambda m: m.transform([["b"]]))
        add(preprocessing.LabelEncoder().fit(["x", "y"]), lambda m: m.transform(["y"]))
        add(preprocessing.LabelBinarizer().fit(["x", "y", "z"]), lambda m: m.transform(["y"]))
        add(isotonic.IsotonicRegression().fit(T, T**2), lambda m: m.predict(T))
        for vectoriser in (
            CountVectorizer(),
            TfidfVectorizer(ngram_range=(1, 2)),
            HashingVectorizer(n_features=32),
        ):
            add(vectoriser.fit(TEXTS), lambda m: m.transform(TEXTS).toarray())
        text = make_pipeline(TfidfVectorizer(), naive_bayes.MultinomialNB()).fit(TEXTS, TEXT_Y)
        add(text, lambda m: m.predict_proba(TEXTS))
        sparse = svm.SVC().fit(CountVectorizer().fit_transform(TEXTS), TEXT_Y)
        add(sparse, lambda m: m.predict(CountVectorizer().fit_transform(TEXTS)))
    return cases


def boosters() -> dict[str, Case]:
    """Models of xgboost and lightgbm."""
    import lightgbm
    import xgboost

    few: dict[str, Any] = {"n_estimators": 3, "n_jobs": 1}
    quiet: dict[str, Any] = {**few, "verbose": -1, "min_child_samples": 2}
    matrix = xgboost.DMatrix(X, Y)
    booster = xgboost.train({"objective": "binary:logistic", "nthread": 1}, matrix, 3)
    light = lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 1, "min_data_in_leaf": 2},
        lightgbm.Dataset(X, Y),
        3,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "xgb-booster": Case(booster, lambda m: m.predict(xgboost.DMatrix(X))),
            "xgb-classifier": Case(xgboost.XGBClassifier(**few).fit(X, Y), _predicts),
            "xgb-three": Case(xgboost.XGBClassifier(**few).fit(X, Y3), _predicts),
            "xgb-regressor": Case(xgboost.XGBRegressor(**few).fit(X, T), _predicts),
            "xgb-ranker": Case(
                xgboost.XGBRanker(**few).fit(X, Y, group=[30, 30]), lambda m: m.predict(X)
            ),
            "xgb-forest": Case(xgboost.XGBRFRegressor(**few).fit(X, T), _predicts),
            "lgb-booster": Case(light, lambda m: m.predict(X)),
            "lgb-classifier": Case(lightgbm.LGBMClassifier(**quiet).fit(X, Y), _predicts),
            "lgb-three": Case(lightgbm.LGBMClassifier(**quiet).fit(X, Y3), _predicts),
            "lgb-regressor": Case(lightgbm.LGBMRegressor(**quiet).fit(X, T), _predicts),
        }


def arrays() -> dict[str, Case]:
    """Arrays of numpy, numbers and generators, matrices of scipy."""
    import scipy.sparse as sp

    same = lambda m: m  # noqa: E731
    kinds = ["?", "b", "B", "h", "H", "i", "I", "q", "Q", "e", "f", "d", "g", "F", "D", "S5", "U5"]
    kinds += [">f8", ">i4", "M8[ns]", "m8[s]", "V3", "M8[D]"]
    cases = {
        f"array-{kind}": Case(
            np.arange(6)
            .astype("i4")
            .astype(kind if kind != "V3" else "S3")
            .view(kind)
            .reshape(2, 3),
            same,
        )
        for kind in kinds
    }
    record = np.zeros(3, [("a", "<f8"), ("b", "<i4", (2,)), ("c", "U3")])
    aligned = np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True))
    objects = np.array(["a", None, 1.5, ("x",), [1]], dtype=object)
    cases |= {
        "array-f": Case(np.asfortranarray(X), same),
        "array-record": Case(record, same),
        "array-aligned": Case(aligned, same),
        "array-object": Case(objects, same),
        "array-empty": Case(np.zeros((0, 3)), same),
        "array-zero-d": Case(np.array(3.5), same),
        "array-strided": Case(X[::2, ::2], same),
        "array-large": Case(np.arange(100_000.0), same),
        "array-masked": Case(np.ma.masked_less(np.arange(5.0), 2), lambda m: m.filled(-1)),
        "array-matrix": Case(np.matrix([[1, 2], [3, 4]]), same),
        "array-string-dtype": Case(X.dtype, str),
        "scalars": Case(
            [
                np.float64(1.5),
                np.int8(3),
                np.bool_(True),
                np.str_("x"),
                np.complex64(1j),
                np.datetime64("2020-01-01"),
                np.bytes_(b"q"),
            ],
            same,
        ),
        "random-state": Case(np.random.RandomState(3), lambda m: m.rand(3)),
        "generator": Case(np.random.default_rng(3), lambda m: m.random(3)),
        "generator-mt": Case(np.random.Generator(np.random.MT19937(5)), lambda m: m.random(3)),
        "generator-philox": Case(np.random.Generator(np.random.Philox(5)), lambda m: m.random(3)),
    }
    dense = (X > 0.6) * X
    for name in ("csr", "csc", "coo", "bsr", "dia"):
        cases[f"sparse-{name}"] = Case(getattr(sp, f"{name}_matrix")(dense), lambda m: m.toarray())
        cases[f"sparse-{name}-array"] = Case(
            getattr(sp, f"{name}_array")(dense), lambda m: m.toarray()
        )
    return cases


def frames() -> dict[str, Case]:
    """Tables of pandas, whose texts are kept by Python and, where it is installed, by pyarrow."""
    import pandas as pd

    cases = {}
    for storage in ("python", "auto"):
        with pd.option_context("mode.string_storage", storage):
            cases.update({f"{name}-{storage}": case for name, case in _frames().items()})
    return cases


def _frames() -> dict[str, Case]:
    import pandas as pd

    same = lambda m: m  # noqa: E731
    table = pd.DataFrame(
        {
            "f": [1.0, 2.5, None],
            "i": [1, 2, 3],
            "b": [True, False, True],
            "s": ["x", "y", None],
            "o": pd.Series([1, "a", None], dtype=object),
            "c": pd.Categorical(["u", "v", "u"]),
            "k": pd.Categorical([1, 2, 1], ordered=True),
            "t": pd.date_range("2020-01-01", periods=3),
            "z": pd.date_range("2020-01-01", periods=3, tz="UTC"),
            "d": pd.to_timedelta([1, 2, 3], unit="h"),
            "n": pd.array([1, None, 3], dtype="Int64"),
            "m": pd.array([True, None, False], "boolean"),
            "x": pd.array([1.5, None, 3], dtype="Float64"),
        }
    )
    return {
        "frame": Case(table, same),
        "frame-plain": Case(pd.DataFrame(X, columns=list("abcde")), same),
        "frame-indexed": Case(table.set_index("t"), same),
        "frame-multi": Case(
            pd.DataFrame({"v": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])), same
        ),
        "frame-empty": Case(pd.DataFrame(), same),
        "series": Case(table["f"], same),
        "series-strings": Case(table["s"], same),
        "series-strings-cut": Case(pd.concat([table["s"], pd.Series(["äö", "€"])])[1:4], same),
        "series-strings-missing": Case(pd.Series([None, None], dtype="str"), same),
        "series-strings-none": Case(pd.Series([], dtype="str"), same),
        "series-string-dtype": Case(pd.Series(["a", None], dtype="string"), same),
        "frame-text-columns": Case(table[["s"]].rename(columns={"s": "ß"}).set_index("ß"), same),
        "series-categorical": Case(table["c"], same),
        "series-period": Case(pd.Series(pd.period_range("2020-01", periods=2, freq="M")), same),
        "series-interval": Case(pd.Series(pd.interval_range(0, 3)), same),
        "index": Case(pd.Index(["a", "b"]), same),
        "index-range": Case(pd.RangeIndex(5), same),
        "timestamp": Case(
            [
                pd.Timestamp("2020-01-01"),
                pd.Timedelta("1h"),
                pd.NaT,
                pd.Timestamp("2020-01-01", tz="UTC"),
            ],
            same,
        ),
        "missing": Case([pd.NA, pd.Interval(0, 1)], same),
        "moments-as-keys": Case(
            [
                {pd.Timestamp(0): 1, pd.NaT: 2, pd.NA: 3},
                pd.Interval(pd.Timestamp(0), pd.Timestamp(9)),
            ],
            same,
        ),
    }


def plain() -> dict[str, Case]:
    """What the language itself has."""
    same = lambda m: m  # noqa: E731
    zone = dt.timezone(dt.timedelta(hours=2))
    loop: list[Any] = [1]
    loop.append(loop)
    shared = ["s"]
    cases = {
        "numbers": [0, 1, -1, 255, 65536, 2**31, -(2**31), 2**70, -(2**900), 1.5, -0.0, 1j, True],
        "texts": ["", "a", "é", "\U0001f600", "x" * 300, "y" * 70000, b"", b"b" * 300, b"\xff" * 4],
        "bytearray": bytearray(b"abc" * 100),
        "containers": {"a": [1, (2, 3), {4, 5}, frozenset({6})], (1, 2): None, 3: {}},
        "large-dict": {f"k{i}": i for i in range(3000)},
        "ordered": collections.OrderedDict(a=1, b=2),
        "defaultdict": collections.defaultdict(list, a=[1]),
        "counter": collections.Counter("abca"),
        "deque": collections.deque([1, 2], maxlen=5),
        "dates": [
            dt.date(2020, 1, 2),
            dt.datetime(2020, 1, 2, 3, tzinfo=zone),
            dt.time(3, 4),
            dt.timedelta(1),
            zone,
            dt.datetime(2020, 1, 2, tzinfo=dt.UTC),
        ],
        "exact": [decimal.Decimal("1.50"), fractions.Fraction(1, 3), uuid.UUID(int=5)],
        "slices": [slice(1, 2), range(3), complex(1, 2), Ellipsis, NotImplemented, None],
        "paths": [pathlib.PurePosixPath("a/b")],
        "shared": [shared, shared],
    }
    found = {name: Case(value, same) for name, value in cases.items()}
    found["loop"] = Case(loop, lambda m: (m[0], m[1] is m))
    return found


def tensors() -> dict[str, Case]:
    """State dicts of torch, and tensors; written by torch.save."""
    import torch

    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
    tied = torch.arange(12.0)
    optimiser = torch.optim.Adam(net.parameters())
    net(torch.ones(3, 5)).sum().backward()
    optimiser.step()
    values = lambda m: m  # noqa: E731
    dtypes = [
        torch.float32,
        torch.float64,
        torch.float16,
        torch.bfloat16,
        torch.int8,
        torch.uint8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.bool,
        torch.complex64,
    ]
    return {
        "state": Case(net.state_dict(), values),
        "optimiser": Case(optimiser.state_dict(), values),
        "checkpoint": Case(
            {"epoch": 3, "model": net.state_dict(), "loss": 0.5, "at": (1, "a")}, values
        ),
        "views": Case([tied, tied[3:9].view(2, 3), tied.view(3, 4).t()], values),
        "parameters": Case(list(net.parameters()), values),
        "dtypes": Case([torch.ones(3).to(each) for each in dtypes], values),
        "float8": Case(torch.ones(3).to(torch.float8_e4m3fn), lambda m: m.float()),
        "empty": Case([torch.zeros(0), torch.tensor(3.0)], values),
        "size": Case([torch.Size([1, 2]), torch.float32, torch.device("cpu")], values),
    }


def pickled(case: Case, protocol: int) -> bytes:
    import pickle

    return pickle.dumps(case.made, protocol)


def joblibbed(case: Case, compress: Any = 0) -> bytes:
    import joblib

    file = io.BytesIO()
    joblib.dump(case.made, file, compress=compress)
    return file.getvalue()
